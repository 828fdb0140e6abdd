"""Before anything is delivered it is judged; whatever goes wrong, the answer is never a silent allow.

The engine is synchronous, pure and bounded; this is its caller, which owns clock, deadline and breaker (DESIGN.md,
Decided). A fault, a missed deadline or a lost second look becomes what the room's policy says: hold or block.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from veillee.automod.breaker import Breaker, Changed, Faulted, Looked, step
from veillee.chat.recollection import Recollection
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.room import OnFault
from veillee.model.verdict import ALLOWED, Action, Facts, Kind, Verdict
from veillee.store.port import StoreUnavailable

BUDGET_S = 0.05
"""What one look may cost, in seconds of the ticks the engine is given: CPU time of this thread, so that a busy machine
is no fault of a message."""
SECOND_LOOK_S = 3.0


class Screener(Protocol):
    """The engine, as `automod/engine.py` is."""

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> tuple[Verdict, Any]: ...


class Following(Protocol):
    """The rules as they stand from one draft to the next (chat/rulebook)."""

    def choose(self, facts: Facts) -> Screener: ...

    def note(self, facts: Facts, verdict: Verdict, before: Any) -> Verdict: ...

    def sample(self, message_id: str, verdict: Verdict) -> None: ...

    def tripped(self, rules: tuple[str, ...]) -> None: ...


SecondLook = Callable[[Facts, Verdict], Awaitable[Verdict]]
"""Something slower that is asked when a rule wants it; it may raise or never answer."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and what to remember of the conversation: written with the message, also when it is refused."""

    verdict: Verdict
    risk: tuple[tuple[str, Any], ...] = ()


class Judge:
    """Asks the engine. Five faults in a row and it is left alone for a while; a changed rule that fires too often only
    holds from then on (automod/breaker). `faults` counts what went wrong, by reason, and `second_looks` how
    often one was asked for, for the metrics."""

    def __init__(
        self,
        engine: Screener,
        recollection: Recollection,
        ticks: Callable[[], float],
        clock: Clock,
        second_look: SecondLook | None = None,
    ) -> None:
        self._engine = engine
        self._recollection = recollection
        self._ticks = ticks
        self._clock = clock
        self._second_look = second_look
        self._rules: Following | None = None
        self.faults: Counter[str] = Counter()
        self.second_looks = 0
        self._breaker = Breaker()

    def use(self, engine: Screener, changed: tuple[str, ...]) -> None:
        """Judge with another ruleset from now on; the rules that changed (`id@version`) are watched for a day."""
        self._engine = engine
        self._rules = None
        self.changed(changed)

    def follow(self, rules: Following) -> None:
        """Judge by these rules, as they stand at each draft."""
        self._rules = rules

    def changed(self, rules: tuple[str, ...]) -> None:
        """These rules (`id@version`) changed, or may act in full again: they are watched for a day."""
        self._breaker = step(self._breaker, Changed(rules), self._clock() / 1000)

    def posted(self, message_id: str, verdict: Verdict) -> None:
        """What was judged so is kept as this message."""
        if self._rules is not None and verdict.shadowed:
            self._rules.sample(message_id, verdict)

    def resting(self) -> bool:
        """Whether the engine is left alone now, after faults in a row."""
        return self._breaker.resting(self._clock() / 1000)

    def holding(self) -> int:
        """How many rules only hold from now on, because they fired too often after a change."""
        return len(self._breaker.tripped)

    def look(self, facts: Facts, policy: OnFault = "hold") -> Judgement:
        """One look, at once; never raises."""
        if self.resting():
            return Judgement(self._undecided("breaker", policy))
        before = self._recollection.recall(facts)
        started = self._ticks()
        try:
            screener = self._engine if self._rules is None else self._rules.choose(facts)
            verdict, after = screener.screen(facts, before, self._ticks, BUDGET_S)
        except TimeoutError:
            return Judgement(self._fault("deadline", policy))
        except Exception:
            return Judgement(self._fault("fault", policy))
        if self._ticks() - started > BUDGET_S:
            return Judgement(_graver(self._fault("deadline", policy), verdict))
        self._watch(verdict.rules)
        if self._rules is not None:
            try:
                verdict = self._rules.note(facts, verdict, before)
            except Exception:  # what is only tried out takes nothing from the verdict
                self.faults["shadow"] += 1
        if verdict.action is Action.BLOCK and self._breaker.hold_only(verdict.rules):
            verdict = replace(verdict, action=Action.HOLD, reason="breaker")
        return Judgement(verdict, self._recollection.keep(facts, before, after))

    async def judge(self, facts: Facts, policy: OnFault = "hold") -> Judgement:
        """One look, and the second one where a rule asks for it; never raises, except when cancelled."""
        try:
            await self._recollection.prepare(facts)
        except StoreUnavailable:
            return Judgement(self._fault("store", policy))
        judgement = self.look(facts, policy)
        if not judgement.verdict.second_look or self._second_look is None:
            return judgement
        self.second_looks += 1
        try:
            async with asyncio.timeout(SECOND_LOOK_S):
                verdict = await self._second_look(facts, judgement.verdict)
        except Exception:
            self.faults["second_look"] += 1
            lost = self._undecided("second_look", policy)
            return replace(judgement, verdict=_graver(lost, judgement.verdict))
        first = judgement.verdict
        verdict = replace(verdict, texts=verdict.texts or first.texts, shadowed=first.shadowed)
        return replace(judgement, verdict=verdict)

    def check_title(self, text: str) -> None:
        """Raises `blocked_content` for the name or topic of a room that would not pass as a message."""
        if self.look(Facts(text, Kind.TITLE)).verdict.action.gravity >= Action.WARN.gravity:
            raise Refused(Code.BLOCKED_CONTENT)

    def _watch(self, rules: tuple[str, ...]) -> None:
        tripped = self._breaker.tripped
        self._breaker = step(self._breaker, Looked(rules), self._clock() / 1000)
        if self._rules is not None and (fresh := self._breaker.tripped - tripped):
            self._rules.tripped(tuple(sorted(fresh)))

    def _fault(self, reason: str, policy: OnFault) -> Verdict:
        self.faults[reason] += 1
        self._breaker = step(self._breaker, Faulted(), self._clock() / 1000)
        return self._undecided(reason, policy)

    @staticmethod
    def _undecided(reason: str, policy: OnFault) -> Verdict:
        return replace(ALLOWED, action=Action.BLOCK if policy == "block" else Action.HOLD, reason=reason)


def _graver(one: Verdict, other: Verdict) -> Verdict:
    return other if other.action.gravity > one.action.gravity else one
