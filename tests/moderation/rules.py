"""A desk of rules for tests: every part real, over a SQLite file and two small packs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.automod.editing import base, shelf
from tests.doubles import FakeClock, FakeTicks
from tests.stores import empty_file, message, with_room
from veillee.automod.engine import Engine
from veillee.chat.judge import Judge
from veillee.chat.recollection import Recollection
from veillee.chat.rulebook import Rulebook
from veillee.model.clock import DAY
from veillee.model.message import State
from veillee.model.staff import Role, Staff
from veillee.model.verdict import Facts, Verdict
from veillee.moderation.backtests import Backtests
from veillee.moderation.rule_desk import RuleDesk
from veillee.store import audit, messages
from veillee.store.engine import SqliteStore

PAUL = Staff("S1", "paul", "Paul", Role.OPERATOR, "fr", 0)
NADIA = Staff("S2", "nadia", "Nadia", Role.MODERATOR, "fr", 0)
FILE = "fr/test.yaml"


@dataclass(slots=True)
class Place:
    """The parts by name."""

    store: SqliteStore
    clock: FakeClock
    rulebook: Rulebook
    judge: Judge
    backtests: Backtests
    desk: RuleDesk

    def verdict(self, said: str) -> Verdict:
        """What becomes of a text."""
        return self.judge.look(Facts(said, conversation="cafe")).verdict

    async def said(self, *texts: str, state: State = State.PUBLISHED) -> None:
        """These were said in the café, a second ago, by seven people in turn."""
        for number, body in enumerate(texts):
            new = message(number, guest=f"G{number % 7}", at=self.clock() - 1_000, state=state)
            object.__setattr__(new, "body", body)
            await self.store.write(messages.append, new)

    async def told(self) -> list[tuple[str, str]]:
        """The audit, the oldest first: who did what."""
        return [(each.actor, each.action) for each in reversed(await self.store.read(audit.entries))]


async def build(folder: Path) -> Place:
    """A place that has been running for a week."""
    path = folder / "veillee.db"
    path.write_bytes(empty_file())
    store, clock = SqliteStore(path), FakeClock()
    await with_room(store)
    rulebook = Rulebook(store, clock, shelf(), base(), lambda engine: engine)
    judge = Judge(Engine(base()), Recollection(store, clock), FakeTicks(), clock)
    judge.follow(rulebook)
    rulebook.on_changed(judge.changed)
    await rulebook.load()
    clock.forward(7 * DAY)
    backtests = Backtests(store, clock, lambda: rulebook.standing.ruleset)
    return Place(store, clock, rulebook, judge, backtests, RuleDesk(store, clock, rulebook, backtests))
