"""An engine that fails, at the doors beside posting; what holds for posting under load is in test_undecided.py."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.community import draft, place
from tests.doubles import FakeClock
from veillee.automod.engine import Engine
from veillee.chat.judge import Judge
from veillee.chat.recollection import Recollection
from veillee.model.clock import MINUTE, SECOND
from veillee.model.errors import Code, Refused
from veillee.model.verdict import ALLOWED, Action, Facts, Kind, Verdict

FAULTS = ("raises", "late", "garbage", "asks and loses", "asks and hears nothing")


class Faulty:
    """The real engine, until it is told to fail in one of the ways it could."""

    def __init__(self, engine: Engine, chance: random.Random) -> None:
        self.engine = engine
        self.chance = chance
        self.share = 0.0
        self.undecided: set[str] = set()

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> Any:
        """A look that may fail; remembers the texts on which it did."""
        if facts.kind is Kind.PSEUDONYM or self.chance.random() >= self.share:
            return self.engine.screen(facts, state, ticks, budget_s)
        fault = self.chance.choice(FAULTS)
        self.undecided.add(facts.text)
        if fault == "raises":
            raise self.chance.choice([RuntimeError("bug"), RecursionError(), MemoryError(), ValueError("bad")])
        if fault == "late":
            raise TimeoutError("budget")
        if fault == "garbage":
            return None
        return Verdict(Action.ALLOW, second_look=True, rules=(fault,)), state


async def second_look(facts: Facts, verdict: Verdict) -> Verdict:
    """A second look that is lost, one way or the other."""
    await asyncio.sleep(0)
    if verdict.rules == ("asks and loses",):
        raise ConnectionError("gone")
    raise TimeoutError("no answer")


async def test_an_undecided_edit_changes_nothing(tmp_path: Path) -> None:
    """An edit is judged like a message: when the engine fails, what stands keeps standing."""
    made: list[Faulty] = []

    def faulty(engine: Engine) -> Faulty:
        made.append(Faulty(engine, random.Random(1)))
        return made[-1]

    async with place(tmp_path, faulty) as here:
        lune = await here.guest("Lune42")
        posted = await here.community.messages.post(lune, draft("bonsoir"))
        here.community.judge._second_look = second_look
        made[-1].share = 1.0
        for number in range(10):
            with pytest.raises(Refused) as refused:
                await here.community.messages.edit(lune, "cafe", posted.id, f"autre chose {number}")
            assert refused.value.code is Code.BLOCKED_CONTENT
        [event] = await here.community.history.page("cafe")
        assert event.data["b"] == "bonsoir"


async def test_nobody_enters_unjudged(tmp_path: Path) -> None:
    """A pseudonym that could not be judged is refused."""

    class Broken:
        def __init__(self, engine: Engine) -> None:
            self.engine = engine

        def screen(self, *_: Any) -> Any:
            raise RuntimeError("bug")

    async with place(tmp_path, Broken) as here:
        with pytest.raises(Refused) as refused:
            await here.guest("Lune42")
        assert refused.value.code is Code.NICK_REFUSED


async def test_an_engine_that_keeps_failing_is_left_alone_and_asked_again(tmp_path: Path) -> None:
    """While it rests the policy decides; afterwards it is asked again and what it allows goes through."""
    made: list[Faulty] = []

    def faulty(engine: Engine) -> Faulty:
        made.append(Faulty(engine, random.Random(1)))
        return made[-1]

    async with place(tmp_path, faulty) as here:
        lune = await here.guest("Lune42")
        here.community.judge._second_look = second_look
        made[-1].share = 1.0
        for number in range(12):
            assert (await here.community.messages.post(lune, draft(f"bonsoir {number}"))).held
        made[-1].share = 0.0
        here.clock.forward(31 * SECOND)
        assert not (await here.community.messages.post(lune, draft("re"))).held


async def test_a_mute_during_the_second_look_holds(tmp_path: Path) -> None:
    """Somebody was muted while a model still thought about their message; it went through after the mute."""
    from veillee.model.sanction import Sanction, SanctionKind

    class Asks:
        def __init__(self, engine: Engine) -> None:
            self.engine = engine

        def screen(self, facts: Facts, *rest: Any) -> Any:
            if facts.kind is Kind.PSEUDONYM:
                return self.engine.screen(facts, *rest)
            return Verdict(Action.ALLOW, second_look=True), None

    async with place(tmp_path, Asks) as here:
        lune = await here.guest("Lune42")

        async def thinks(facts: Facts, verdict: Verdict) -> Verdict:
            now = here.clock()
            mute = Sanction("S1", SanctionKind.MUTE, lune.device, lune.id, None, "respect", now, now + MINUTE)
            await here.community.sanctions.impose(mute)
            return ALLOWED

        here.community.judge._second_look = thinks
        with pytest.raises(Refused) as refused:
            await here.community.messages.post(lune, draft("bonsoir"))
        assert refused.value.code is Code.MUTED
        assert await here.settled() == []


async def test_a_look_that_answers_too_late_is_a_fault(tmp_path: Path) -> None:
    """An engine that overruns its budget without noticing has not decided: the policy has."""
    async with place(tmp_path) as here:
        spent = iter([0.0, 0.06])
        judge = Judge(here.community.judge._engine, Recollection(here.community.store, FakeClock()),
                      lambda: next(spent, 0.06), FakeClock())  # fmt: skip

        class Slow:
            def screen(self, facts: Facts, state: Any = None, ticks: Any = None, budget_s: Any = None) -> Any:
                return ALLOWED, None

        judge.use(Slow(), ())
        assert (await judge.judge(Facts("bonsoir"), "block")).verdict.action is Action.BLOCK
