"""Before anything is delivered it is judged; whatever goes wrong, the answer is never a silent allow.

What holds for messages on their way to the bus, under load, is in tests/scenarios/test_undecided.py.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.doubles import FakeClock, FakeTicks
from tests.stores import opened
from veillee.automod.breaker import FAULTS_IN_A_ROW, REST_S
from veillee.automod.engine import Engine
from veillee.automod.ruleset import load
from veillee.chat.judge import BUDGET_S, Judge, SecondLook
from veillee.chat.recollection import Recollection
from veillee.model.errors import Code, Refused
from veillee.model.room import OnFault
from veillee.model.verdict import ALLOWED, Action, Category, Facts, Persona, Verdict
from veillee.outside import packs
from veillee.store.port import Store

POLICIES: dict[OnFault, Action] = {"hold": Action.HOLD, "block": Action.BLOCK}
BLOCKED = Verdict(Action.BLOCK, (Category.HATE,), ("hate@1",))


class Scripted:
    """An engine that does what the text says."""

    def __init__(self, ticks: FakeTicks) -> None:
        self._ticks = ticks
        self.looks = 0

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> tuple[Verdict, Any]:
        """As `Engine.screen`."""
        self.looks += 1
        word = facts.text.split()[0]
        if word == "raise":
            raise RuntimeError("the engine broke")
        if word == "timeout":
            raise TimeoutError
        if word.startswith("late"):
            self._ticks.now += 2 * BUDGET_S
        if word in ("block", "lateblock"):
            return BLOCKED, state
        return replace(ALLOWED, second_look=word == "second"), state


class Bench:
    """A judge over a store in memory, with the faults it counted."""

    def __init__(self, store: Store, second_look: SecondLook | None = None) -> None:
        self.clock = FakeClock()
        ticks = FakeTicks()
        self.engine = Scripted(ticks)
        self._recollection = Recollection(store, self.clock)
        self.judge = Judge(self.engine, self._recollection, ticks, self.clock, second_look)
        self.faults = self.judge.faults

    async def verdict(self, text: str, policy: OnFault = "hold") -> Verdict:
        """What becomes of a text."""
        return (await self.judge.judge(Facts(text), policy)).verdict


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store in memory."""
    async with opened("memory", tmp_path) as each:
        yield each


async def test_the_real_engine_decides(store: Store) -> None:
    """Plain talk passes, an insult asks to think again, a threat is refused."""
    judge = Judge(Engine(load(packs.shipped())), Recollection(store, FakeClock()), FakeTicks(), FakeClock())
    author = Persona("G1", "Lune42", device="d1")
    wanted = {"Bonsoir à tous": Action.ALLOW, "ta gueule": Action.WARN, "je vais te tuer": Action.BLOCK}
    for text, action in wanted.items():
        facts = Facts(text, conversation="cafe", author=author, language="fr")
        assert (await judge.judge(facts)).verdict.action is action


@pytest.mark.parametrize("policy", ["hold", "block"])
@pytest.mark.parametrize(("text", "reason"), [("raise", "fault"), ("timeout", "deadline"), ("late", "deadline")])
async def test_a_fault_becomes_what_the_room_says(store: Store, text: str, reason: str, policy: OnFault) -> None:
    """An engine that raises, gives up or answers after its budget: held or blocked, with the reason, and counted."""
    bench = Bench(store)
    verdict = await bench.verdict(text, policy)
    assert (verdict.action, verdict.reason) == (POLICIES[policy], reason)
    assert bench.faults == {reason: 1}


async def test_a_late_refusal_is_still_a_refusal(store: Store) -> None:
    """The policy makes nothing milder than what the engine found."""
    verdict = await Bench(store).verdict("lateblock", "hold")
    assert (verdict.action, verdict.rules) == (Action.BLOCK, BLOCKED.rules)


async def test_a_failing_engine_is_left_alone_then_asked_again(store: Store) -> None:
    """After five faults in a row the policy decides alone, for half a minute."""
    bench = Bench(store)
    for _ in range(FAULTS_IN_A_ROW):
        await bench.verdict("raise")
    verdict = await bench.verdict("bonsoir", "block")
    assert (verdict.action, verdict.reason, bench.engine.looks) == (Action.BLOCK, "breaker", FAULTS_IN_A_ROW)
    bench.clock.forward(int(REST_S * 1000))
    assert (await bench.verdict("bonsoir")).action is Action.ALLOW


async def test_a_good_look_forgives_the_faults_before_it(store: Store) -> None:
    """Faults that are not in a row never leave the engine alone."""
    bench = Bench(store)
    for _ in range(FAULTS_IN_A_ROW):
        await bench.verdict("raise")
        if bench.engine.looks < FAULTS_IN_A_ROW:
            await bench.verdict("bonsoir")
    assert (await bench.verdict("bonsoir")).action is Action.ALLOW


@pytest.mark.parametrize("policy", ["hold", "block"])
async def test_a_lost_second_look_is_no_answer(store: Store, policy: OnFault) -> None:
    """A second look that raises or runs out of time leaves the text undecided."""

    async def lost(facts: Facts, first: Verdict) -> Verdict:
        raise TimeoutError if facts.text.endswith("late") else ConnectionError

    bench = Bench(store, lost)
    for text in ("second", "second late"):
        verdict = await bench.verdict(text, policy)
        assert (verdict.action, verdict.reason) == (POLICIES[policy], "second_look")
    assert bench.faults == {"second_look": 2}
    assert (await bench.verdict("bonsoir", policy)).action is Action.ALLOW


async def test_a_second_look_decides_when_it_answers(store: Store) -> None:
    """It may refuse what the first look would have let through; it is asked only where a rule wants it."""
    asked: list[str] = []

    async def look(facts: Facts, first: Verdict) -> Verdict:
        asked.append(facts.text)
        return BLOCKED

    bench = Bench(store, look)
    assert (await bench.verdict("second")).action is Action.BLOCK
    assert (await bench.verdict("bonsoir")).action is Action.ALLOW
    assert asked == ["second"]


async def test_being_cancelled_is_not_a_fault(store: Store) -> None:
    """Whoever hangs up during the second look gets no verdict, and the engine no blame."""
    looking = asyncio.Event()

    async def look(facts: Facts, first: Verdict) -> Verdict:
        looking.set()
        await asyncio.Event().wait()
        return first

    bench = Bench(store, look)
    task = asyncio.create_task(bench.verdict("second"))
    await looking.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not bench.faults


@pytest.mark.parametrize("policy", ["hold", "block"])
async def test_nothing_undecided_passes_under_load(store: Store, policy: OnFault) -> None:
    """Six hundred texts at once with every fault at random: what passes is exactly what was decided so."""
    chance = random.Random(20_261_124)

    async def look(facts: Facts, first: Verdict) -> Verdict:
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)
        if facts.text.endswith("lost"):
            raise ConnectionError
        return ALLOWED

    bench = Bench(store, look)
    words = ["bonsoir", "raise", "timeout", "late", "lateblock", "block", "second", "second lost"]
    texts = chance.choices(words, [60, 4, 3, 3, 2, 5, 10, 10], k=600)

    async def one(text: str) -> tuple[str, Verdict]:
        verdict = await bench.verdict(text, policy)
        bench.clock.forward(1_000)
        return text, verdict

    answers = await asyncio.gather(*(one(text) for text in texts))
    passed = {text for text, verdict in answers if verdict.action is Action.ALLOW}
    assert passed == {"bonsoir", "second"}
    undecided = [verdict for _, verdict in answers if verdict.reason is not None]
    assert len(undecided) > 100
    assert {verdict.action for verdict in undecided} <= {POLICIES[policy], Action.BLOCK}
    assert all(
        verdict.action is Action.BLOCK for text, verdict in answers if text.endswith("block") and not verdict.reason
    )


async def test_a_store_that_is_gone_decides_nothing(tmp_path: Path) -> None:
    """What is remembered of the conversation cannot be read: undecided, not allowed."""
    async with opened("file", tmp_path) as gone:
        bench = Bench(gone)
    judgement = await bench.judge.judge(Facts("bonsoir", conversation="cafe"))
    assert (judgement.verdict.action, judgement.verdict.reason) == (Action.HOLD, "store")
    assert bench.engine.looks == 0


async def test_a_title_that_would_not_pass_as_a_message_is_refused(store: Store) -> None:
    """Names and topics of rooms are judged too; a failing engine refuses them."""
    bench = Bench(store)
    bench.judge.check_title("Le café du soir")
    for text in ("block", "raise"):
        with pytest.raises(Refused) as refusal:
            bench.judge.check_title(text)
        assert refusal.value.code is Code.BLOCKED_CONTENT


async def test_a_changed_rule_that_fires_too_often_only_holds(store: Store) -> None:
    """A new version of a rule that refuses everything refuses nobody by machine alone for long."""
    bench = Bench(store)
    bench.judge.use(bench.engine, BLOCKED.rules)
    actions = [(await bench.verdict("block")).action for _ in range(40)]
    assert actions[0] is Action.BLOCK
    assert actions[-1] is Action.HOLD
    bench.judge.use(bench.engine, BLOCKED.rules)
    assert (await bench.verdict("block")).action is Action.BLOCK
