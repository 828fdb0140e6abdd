"""An engine with its figures: how long a look takes, and what comes of it. For the metrics; decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from veillee.model.histogram import JUDGING_S, Histogram
from veillee.model.verdict import Facts, Verdict

NO_CATEGORY = "none"


class Screening(Protocol):
    """As `automod/engine.py` screens."""

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> tuple[Verdict, Any]: ...


class Tally:
    """`seconds` of each look that was answered; `verdicts` by kind of text, action and gravest category; `cards` by
    name. Nothing of whom or what."""

    def __init__(self) -> None:
        self.seconds = Histogram(JUDGING_S)
        self.verdicts: Counter[tuple[str, str, str]] = Counter()
        self.cards: Counter[str] = Counter()

    def note(self, facts: Facts, verdict: Verdict) -> None:
        """Count one verdict."""
        category = verdict.categories[0].value if verdict.categories else NO_CATEGORY
        self.verdicts[facts.kind.value, verdict.action.value, category] += 1
        if verdict.card is not None:
            self.cards[verdict.card] += 1


class Metered:
    """Screens as the engine it wraps; `seconds` reads a steady clock. A look that raises is the judge's to count."""

    def __init__(self, engine: Screening, tally: Tally, seconds: Callable[[], float]) -> None:
        self._engine = engine
        self._tally = tally
        self._seconds = seconds

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> tuple[Verdict, Any]:
        """As the engine's own; raises what it raises."""
        started = self._seconds()
        verdict, after = self._engine.screen(facts, state, ticks, budget_s)
        self._tally.seconds.observe(self._seconds() - started)
        self._tally.note(facts, verdict)
        return verdict, after
