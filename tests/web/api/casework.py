"""The HTTP door of casework over the house of the moderation tests: an application, and a client on it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.moderation.house import House
from veillee.chat.guests import Chance, Guests
from veillee.chat.judge import Judge
from veillee.chat.recollection import Recollection
from veillee.chat.throttle import Throttle
from veillee.model.guest import Guest
from veillee.moderation.reception import Reception
from veillee.store import guests as guest_rows
from veillee.web.api.cases import case_routes
from veillee.web.api.notices import notice_routes
from veillee.web.api.reports import report_routes
from veillee.web.api.statements import statement_routes
from veillee.web.app import create_app
from veillee.web.visitor import Visitors

HELPLINE = {"number": "119", "name": "Allô enfance en danger", "hours": "24 h/24"}


def helplines(topic: str, language: str) -> list[dict[str, str]]:
    """One line for what touches a life."""
    return [HELPLINE] if topic in ("minor", "danger") and language else []


@asynccontextmanager
async def client(
    house: House, guest: Guest | None = None, address: str = "127.0.0.1"
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody calling over HTTP, as `guest` or as nobody, from `address`."""
    throttle = Throttle()
    keys = house.desk.keys
    luck = Chance(house.desk.identifier, lambda: secrets.token_hex(24), lambda _: "un deux trois quatre", lambda _: 0)
    judge = Judge(house.engine, Recollection(house.store, house.clock), lambda: 0.0, house.clock)
    people = Guests(house.store, house.clock, keys, judge, house.sanctions, throttle, luck)
    visitors = Visitors(people, keys, lambda: secrets.token_hex(20), frozenset(), False)
    reception = Reception(house.intake, house.appeals, throttle, house.clock)

    async def ready() -> bool:
        return True

    app = create_app(
        [
            report_routes(reception, visitors, helplines),
            notice_routes(house.intake, throttle, house.clock, visitors, helplines),
            case_routes(house.cases, reception, visitors),
            statement_routes(house.statements, reception, visitors),
        ],
        [],
        ready,
    )
    headers = {}
    if guest is not None:
        token = secrets.token_hex(24)
        await house.store.write(guest_rows.give_token, guest.id, keys.token(token), house.clock())
        headers["Authorization"] = f"Bearer {token}"
    transport = httpx.ASGITransport(app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as calling:
        yield calling
