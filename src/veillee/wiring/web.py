"""The HTTP door, built over a community: the API, the guests' pages, the legal pages, the console."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from fastapi import FastAPI

from veillee.accountability import helplines
from veillee.accountability.accounts import Accounts
from veillee.accountability.duty import Duty
from veillee.accountability.imprint import Imprint
from veillee.accountability.transparency import Transparency
from veillee.settings import Settings
from veillee.web.api.cases import case_routes
from veillee.web.api.enter import enter_routes
from veillee.web.api.notices import notice_routes
from veillee.web.api.reports import report_routes
from veillee.web.api.rooms import room_routes
from veillee.web.api.statements import statement_routes
from veillee.web.app import create_app
from veillee.web.assets import FOLDER, Assets
from veillee.web.console.door import Door
from veillee.web.pages.evening import Evening
from veillee.web.pages.guest import GuestPages
from veillee.web.pages.legal import Legal
from veillee.web.pages.notice import NoticePage
from veillee.web.pages.tracking import Tracking
from veillee.web.pages.transparency import TransparencyPages
from veillee.web.rendering import Pages, Place
from veillee.web.visitor import Visitors
from veillee.web.wording import Wording
from veillee.wiring.casework import Moderation
from veillee.wiring.community import Community
from veillee.wiring.console import build_console
from veillee.wiring.door import LiveDoor
from veillee.wiring.roles import ALL_ROLES, Role


def build_web(
    settings: Settings,
    community: Community,
    moderation: Moderation,
    live: LiveDoor,
    accounts: Accounts,
    duty: Duty,
    imprint: Callable[[], Imprint],
    roles: frozenset[Role] = ALL_ROLES,
) -> FastAPI:
    """The application that serves everything but `/ws`: of the paths, those of the process's roles."""
    secure = settings.instance.url.startswith("https://")
    wording = Wording.read()
    assets = Assets(FOLDER, wording)
    pages = Pages(wording, assets, lambda: _place(settings, imprint()))
    proxies = frozenset(settings.server.trusted_proxies)
    visitors = Visitors(community.guests, community.keys, lambda: secrets.token_hex(20), proxies, secure)

    def lines_for(topic: str, language: str) -> list[dict[str, str]]:
        return [line.worded(language) for line in helplines.for_reason(imprint().helplines, topic)]

    async def ready() -> bool:
        return True

    evening = Evening(imprint, duty.watching, community.presence.everywhere, secrets.randbelow)
    guest_pages = GuestPages(
        pages, visitors, community.guests, community.rooms, community.access, community.history, evening
    )
    routers = [
        enter_routes(community.guests, community.keys, visitors, lines_for),
        room_routes(community.rooms, community.access, community.history),
        Legal(pages, imprint, community.clock).router(),
        TransparencyPages(pages, Transparency(community.store, community.clock)).router(),
        NoticePage(pages, moderation.intake, community.throttle, community.clock, visitors, lines_for).router(),
        Tracking(pages, moderation.cases, moderation.statements, moderation.reception, visitors, lines_for).router(),
        guest_pages.router(),
        report_routes(moderation.reception, visitors, lines_for),
        notice_routes(moderation.intake, community.throttle, community.clock, visitors, lines_for),
        case_routes(moderation.cases, moderation.reception, visitors),
        statement_routes(moderation.statements, moderation.reception, visitors),
        *build_console(
            settings,
            community,
            moderation,
            accounts,
            duty,
            imprint,
            Door(accounts, duty, pages, visitors.address, secure=secure, alerts=moderation.rules.alerts),
        ),
    ]
    web = Role.WEB in roles
    return create_app(
        routers if web else [],
        [*(live.streams.routes() if Role.GATEWAY in roles else []), *(assets.routes() if web else [])],
        ready,
        guest_pages.error,
        frozenset(each for each in (*settings.server.origins, settings.instance.url) if each),
        secure,
    )


def _place(settings: Settings, imprint: Imprint) -> Place:
    instance = settings.instance
    return Place(instance.name, imprint.operator.name, imprint.operator.fictitious, instance.timezone)
