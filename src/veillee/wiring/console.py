"""The console, built over the community and moderation: every page behind one door."""

from __future__ import annotations

import secrets

from fastapi import APIRouter

from veillee.accountability.accounts import Accounts
from veillee.accountability.duty import Duty
from veillee.web.console.appeals import AppealsPage
from veillee.web.console.case import CasePage
from veillee.web.console.door import Door
from veillee.web.console.journal import Journal
from veillee.web.console.queue import QueuePage
from veillee.web.console.salons import Salons
from veillee.web.console.team import Team
from veillee.web.rendering import Pages
from veillee.web.visitor import Visitors
from veillee.wiring.casework import Moderation
from veillee.wiring.community import Community


def build_console(
    community: Community, moderation: Moderation, accounts: Accounts, duty: Duty, pages: Pages, visitors: Visitors,
    secure: bool,
) -> list[APIRouter]:  # fmt: skip
    """The console's routers. `secure` marks its cookie for https only."""
    door = Door(accounts, duty, pages, visitors.address, secure=secure)
    store, rooms, clock, terms = community.store, community.rooms, community.clock, moderation.desk.terms
    return [
        door.router(),
        QueuePage(door, moderation.queue, accounts, rooms, store, clock).router(),
        CasePage(door, moderation.cases, moderation.decisions, accounts, terms, clock).router(),
        AppealsPage(door, moderation.appeals, moderation.cases, accounts, terms, clock).router(),
        Team(door, accounts, community.guests.reserved.add).router(),
        Salons(door, accounts, rooms, clock, lambda: secrets.token_hex(3), community.judge.check_title).router(),
        Journal(door, accounts, store).router(),
    ]
