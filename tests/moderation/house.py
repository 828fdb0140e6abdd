"""A house for the tests of moderation: every part real, over a SQLite file, with a clock that is told the time and a
judge that is told its verdicts."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from veillee.accountability import terms
from veillee.chat.access import Access
from veillee.chat.effects import Effects
from veillee.chat.judge import Judge
from veillee.chat.keys import Keys
from veillee.chat.members import Members
from veillee.chat.messages import Desk as MessageDesk
from veillee.chat.messages import Messages, Posted
from veillee.chat.presence import Presence
from veillee.chat.recipients import Recipients
from veillee.chat.recollection import Recollection
from veillee.chat.rooms import Rooms
from veillee.chat.sanctions import Sanctions
from veillee.chat.throttle import Throttle
from veillee.model.casefile import Case, Ground, Measure, Ruling
from veillee.model.clock import HOUR, SECOND
from veillee.model.guest import Guest
from veillee.model.ids import ulid
from veillee.model.message import Draft
from veillee.model.room import Room
from veillee.model.staff import Role, Staff
from veillee.model.verdict import ALLOWED, Facts, Verdict
from veillee.moderation.appeals import Appeals
from veillee.moderation.automatic import Automatic
from veillee.moderation.cases import Cases
from veillee.moderation.decisions import DECIDED, Decisions
from veillee.moderation.desk import Desk
from veillee.moderation.enforcement import Enforcement
from veillee.moderation.intake import Intake
from veillee.moderation.queue import Queue
from veillee.moderation.statements import Statements
from veillee.protocol.commands import Target
from veillee.store import guests, staff
from veillee.store.engine import SqliteStore
from veillee.store.schema import migrate

NOON = 1_795_521_600_000
"""24 November 2026, 12:00 UTC."""


@dataclass(slots=True)
class ToldClock:
    """A clock that shows what it is told."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


@dataclass(slots=True)
class ToldEngine:
    """A screener that answers by text: what it is not told about is allowed."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def screen(
        self,
        facts: Facts,
        state: Any = None,
        ticks: Callable[[], float] | None = None,
        budget_s: float | None = None,
    ) -> tuple[Verdict, Any]:
        return self.verdicts.get(facts.text, ALLOWED), state


@dataclass(slots=True)
class House:
    """The parts by name."""

    store: SqliteStore
    clock: ToldClock
    engine: ToldEngine
    desk: Desk
    members: Members
    messages: Messages
    sanctions: Sanctions
    effects: Effects
    intake: Intake
    queue: Queue
    cases: Cases
    decisions: Decisions
    statements: Statements
    appeals: Appeals
    automatic: Automatic
    enforcement: Enforcement
    keys: itertools.count[int]

    async def guest(self, pseudonym: str, *, age: int | None = None, language: str = "fr") -> Guest:
        """Somebody enters and joins the room `cafe`."""
        number = next(self.keys)
        guest = Guest(
            self.desk.identifier(), f"device-{number}", pseudonym, pseudonym.lower(), self.clock(),
            language, age,
        )  # fmt: skip
        await self.store.write(guests.add, guest, f"token-{number}", None)
        await self.members.join(guest, "cafe")
        return guest

    async def moderator(self, pseudonym: str, role: Role = Role.MODERATOR) -> Staff:
        """Somebody watches."""
        person = Staff(self.desk.identifier(), pseudonym.lower(), pseudonym, role, "fr", self.clock())
        await self.store.write(staff.add, person, "hash", "secret")
        return person

    async def say(self, guest: Guest, body: str) -> Posted:
        """The guest says something in the café, two seconds after whatever came before."""
        self.clock.now += 2 * SECOND
        return await self.messages.post(guest, Draft("cafe", f"k{next(self.keys)}", body))

    async def reported(self, reason: str = "hate", body: str = "du vent") -> tuple[Guest, Guest, Posted, str]:
        """Somebody said something and somebody reported it: author, reporter, message, receipt code."""
        author, reporter = await self.guest("Corbeau"), await self.guest("Lune42")
        message = await self.say(author, body)
        code = await self.intake.report(reporter, Target(r="cafe", id=message.id), reason, "voyez vous-même")
        return author, reporter, message, code

    async def only_case(self) -> Case:
        """The case in the queue, when there is one."""
        (waiting,) = await self.queue.view()
        return waiting.case

    async def events(self, guest: Guest, kind: str) -> list[dict[str, Any]]:
        """What the guest was told personally."""
        found = await self.store.read(guests.personal_events, guest.id, 0, 100)
        return [event.data for event in found if event.kind == kind]

    def ruling(self, measure: Measure, *, hours: int | None = None, **more: Any) -> Ruling:
        """A complete ruling under the first rule of the house."""
        given: dict[str, Any] = {
            "facts": "Le message vise des personnes pour leur origine.", "ground": Ground.TERMS, "rule": "respect",
        }  # fmt: skip
        ends_at = None if hours is None else self.clock() + hours * HOUR
        return Ruling(measure, **(given | {"ends_at": ends_at} | more))


async def build(folder: Path) -> House:
    """A house over a fresh SQLite file in `folder`; the same seed gives the same ids."""
    path = folder / "veillee.db"
    migrate(path)
    return await reopen(path, ToldClock(), ToldEngine(), random.Random(7), fresh=True)


async def reopen(
    path: Path, clock: ToldClock, engine: ToldEngine, chance: random.Random, *, fresh: bool = False
) -> House:
    """A house over what a file holds: what a restart after a crash builds."""
    store = SqliteStore(path)
    keys = Keys(b"k" * 32)
    desk = Desk(store, clock, keys, terms.load(), chance.randbytes)
    throttle, sanctions, effects = Throttle(), Sanctions(store, clock), Effects(store)
    presence = Presence(lambda _event: None, lambda _n: 0)
    rooms = Rooms(store, clock, presence.count)
    members = Members(store, clock, keys, presence)
    access = Access(rooms, members, sanctions, store)
    automatic = Automatic(desk, presence.count)
    messages = Messages(
        MessageDesk(store, automatic.record, lambda: ulid(clock(), chance.randbytes(10))), clock, keys, access,
        Judge(engine, Recollection(store, clock), lambda: 0.0, clock), throttle, Recipients(store, clock, members),
    )  # fmt: skip
    await sanctions.load()
    await rooms.load()
    if fresh:
        await rooms.create(Room("cafe", "e1", "Café"))
    enforcement = Enforcement(desk, messages, sanctions)
    effects.register(DECIDED, enforcement.carry_out)
    return House(
        store, clock, engine, desk, members, messages, sanctions, effects, Intake(desk, throttle, presence.count),
        Queue(desk), Cases(desk), Decisions(desk), Statements(desk), Appeals(desk), automatic, enforcement,
        itertools.count(1 if fresh else 1_000_000),
    )  # fmt: skip
