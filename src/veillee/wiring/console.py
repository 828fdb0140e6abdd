"""The console, built over the community and moderation: every page behind one door."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from fastapi import APIRouter

from veillee.accountability.accounts import Accounts
from veillee.accountability.duty import Duty
from veillee.accountability.imprint import Imprint
from veillee.settings import Settings
from veillee.web.console.appeals import AppealsPage
from veillee.web.console.case import CasePage
from veillee.web.console.dashboard import Dashboard
from veillee.web.console.door import Door
from veillee.web.console.initiative import Initiative
from veillee.web.console.journal import Journal
from veillee.web.console.queue import QueuePage
from veillee.web.console.rules import RulesPage
from veillee.web.console.salons import Salons
from veillee.web.console.team import Team
from veillee.wiring.casework import Moderation
from veillee.wiring.community import Community


def build_console(
    settings: Settings,
    community: Community,
    moderation: Moderation,
    accounts: Accounts,
    duty: Duty,
    imprint: Callable[[], Imprint],
    door: Door,
) -> list[APIRouter]:
    """The console's routers, all behind `door`."""
    store, rooms, clock, terms = community.store, community.rooms, community.clock, moderation.desk.terms
    return [
        door.router(),
        QueuePage(door, moderation.queue, accounts, rooms, store, clock).router(),
        Initiative(door, moderation.intake).router(),
        CasePage(door, moderation.cases, moderation.decisions, accounts, terms, clock).router(),
        AppealsPage(door, moderation.appeals, moderation.cases, accounts, terms, clock).router(),
        Dashboard(door, store, duty, imprint, clock, settings.database).router(),
        Team(door, accounts, community.guests.reserved.add).router(),
        Salons(door, accounts, rooms, clock, lambda: secrets.token_hex(3), community.judge.check_title).router(),
        RulesPage(door, moderation.rules, accounts, clock).router(),
        Journal(door, accounts, store).router(),
    ]
