"""The whole house: community, live door, HTTP door, the people who watch, the operator before the law."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from veillee.accountability import helplines, operator, terms
from veillee.accountability.accounts import Accounts
from veillee.accountability.duty import Duty
from veillee.accountability.erasing import Erasing
from veillee.accountability.imprint import Imprint
from veillee.accountability.register import active, register
from veillee.automod.engine import Engine
from veillee.automod.metered import Metered, Tally
from veillee.automod.ruleset import Ruleset
from veillee.chat.judge import Screener
from veillee.chat.keys import Keys
from veillee.chat.presence import Presence
from veillee.gateway.server import Server
from veillee.gateway.vitals import Vitals
from veillee.model.clock import Clock
from veillee.model.event import Changed
from veillee.outside.model import SecondReader
from veillee.settings import Settings
from veillee.store.messages import Recorder
from veillee.store.port import Store, StoreUnavailable
from veillee.web.metrics import Metrics
from veillee.web.scrape import Network
from veillee.wiring.casework import Moderation, automatic, build_moderation
from veillee.wiring.collecting import set_aside
from veillee.wiring.community import Community, build_community, wall_clock
from veillee.wiring.door import LiveDoor, build_door
from veillee.wiring.metrics import connect, observed, readers_of
from veillee.wiring.roles import ALL_ROLES, Role
from veillee.wiring.second_look import build_second_reader
from veillee.wiring.web import build_web

DUTY_EVERY_S = 1.0


def read_imprint(settings: Settings, ruleset: Ruleset) -> Imprint:
    """What the instance publishes about itself. Raises `UnusableTerms` or `OSError` for the operator's own files."""
    return Imprint(
        settings.instance.name,
        settings.instance.url,
        operator.read(settings.legal),
        terms.load(settings.own(settings.terms)),
        helplines.load(settings.own(settings.helplines)),
        register(active(ruleset)),
    )


@dataclass(slots=True)
class House:
    """A built house. `serve` runs it; what commands and tests need of it is here by name."""

    settings: Settings
    community: Community
    moderation: Moderation
    live: LiveDoor
    accounts: Accounts
    duty: Duty
    imprint: Imprint
    app: Any
    vitals: Vitals
    metrics: Metrics
    readers: tuple[Network, ...]
    roles: frozenset[Role] = ALL_ROLES
    second_look: SecondReader | None = None

    async def watch(self) -> None:
        """Let the rooms know whether somebody is on duty and whether they may open at all."""
        while True:
            self.refresh()
            await asyncio.sleep(DUTY_EVERY_S)

    def refresh(self) -> None:
        """As `watch`, once."""
        rooms = self.community.rooms
        rooms.attended = self.duty.attended()
        today = datetime.fromtimestamp(self.community.clock() / 1000, UTC).date()
        rooms.shut_reason = self.imprint.shut_reason(today)

    async def serve(self, listening: socket.socket, started: Callable[[int], Awaitable[None]]) -> None:
        """Run on a socket that listens, until a signal; `started` gets the port once `/readyz` would answer."""
        server = Server(self.app, self.live.door, self.live.drain)
        server.on_started(started)
        set_aside()
        seen = observed(
            self.metrics, self.vitals, self.settings.server, self.readers, lambda: self.live.door.slow_readers
        )
        async with self.running(), seen:
            await server.serve(sockets=[listening])

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The clockwork, the outbox and the watch run inside this block; everything is closed after it."""
        self.refresh()
        tasks = [asyncio.create_task(work) for work in self.work()]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.live.sequence.finish()
            await self.live.door.dispatch.finish()
            self.live.door.rounds.close()
            if Role.WORKER in self.roles:
                await self.community.shift.end()
            with contextlib.suppress(StoreUnavailable):
                await self.community.rulebook.settle()
            await self.community.store.close()
            if self.second_look is not None:
                await self.second_look.close()

    def work(self) -> list[Coroutine[Any, Any, None]]:
        """What runs beside the server, by the roles of this process."""
        community, live = self.community, self.live
        running = [self.watch(), community.rulebook.run()]
        if community.processes is not None:
            running.append(community.processes.run())
        if Role.GATEWAY in self.roles:
            running.append(live.clockwork.run())
            if community.processes is not None:
                running.append(live.sequence.run())
        if Role.WORKER in self.roles:
            running.append(community.effects.run())
            running.append(Erasing(community.store, community.clock, community.shift).run())
        return running


async def build_house(
    settings: Settings,
    clock: Clock = wall_clock,
    screener: Callable[[Engine], Screener] = lambda engine: engine,
    roles: frozenset[Role] = ALL_ROLES,
) -> House:
    """Build everything over the instance's store; `roles` say which of it is served. Raises `SettingsInvalid`, and what
    its parts raise for unusable files."""
    readers = readers_of(settings.server)
    rules_in_force = terms.load(settings.own(settings.terms))

    def recorder(store: Store, clock: Clock, keys: Keys, presence: Presence) -> Recorder:
        return automatic(store, clock, keys, presence, rules_in_force).record

    tally = Tally()

    def metered(engine: Engine) -> Screener:
        return Metered(screener(engine), tally, time.perf_counter)

    second_look = await build_second_reader(settings)
    community = await build_community(
        settings, clock, recorder, metered, second_look, doorless=Role.GATEWAY not in roles
    )
    moderation = build_moderation(community, rules_in_force)
    live = build_door(community, moderation.reception, settings, shut=Role.GATEWAY not in roles)
    published = read_imprint(settings, community.rulebook.base)
    registers: dict[str, Imprint] = {}

    def imprint() -> Imprint:
        """The register of tools is made anew when other rules are in force."""
        ruleset = community.rulebook.standing.ruleset
        if ruleset.version not in registers:
            registers.clear()
            registers[ruleset.version] = replace(published, tools=register(active(ruleset)))
        return registers[ruleset.version]

    async def reserve(change: Changed) -> None:
        community.guests.reserved.add(change.subject)

    accounts = Accounts(
        community.store, clock, secrets.token_bytes, community.processes.bus.rates if community.processes else None
    )  # fmt: skip
    duty = Duty(community.store, clock)
    await duty.load()
    if community.processes is not None:
        community.processes.changes.on("duty", duty.look_up)
        community.processes.changes.on("staff", reserve)
    for person in await accounts.everybody():
        community.guests.reserved.add(person.pseudonym)
    app = build_web(settings, community, moderation, live, accounts, duty, imprint, roles)
    vitals = Vitals()
    return House(
        settings, community, moderation, live, accounts, duty, imprint(), app, vitals,
        connect(community, live, duty, tally, vitals), readers, roles, second_look,
    )  # fmt: skip
