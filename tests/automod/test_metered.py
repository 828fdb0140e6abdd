"""A metered engine answers what the engine answers, and counts it without a word of what was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles import FakeTicks
from veillee.automod.metered import Metered, Tally
from veillee.model.verdict import ALLOWED, Action, Category, Facts, Kind, Verdict

CARD = Verdict(Action.CARD, (Category.AMBUSH, Category.PRIVACY), ("meet@1",), card="safe_meeting")


class Engine:
    """Answers what it was made with; remembers what it was given."""

    def __init__(self, verdict: Verdict | Exception) -> None:
        self._verdict = verdict
        self.given: tuple[Any, ...] = ()

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> tuple[Verdict, Any]:
        """As `automod/engine.py`."""
        self.given = (facts, state, ticks, budget_s)
        if isinstance(self._verdict, Exception):
            raise self._verdict
        return self._verdict, "after"


def test_verdict_and_state_pass_through() -> None:
    """With the state, the ticks and the budget that the judge gave."""
    engine, ticks, facts = Engine(CARD), FakeTicks(), Facts("on se voit où ?")
    assert Metered(engine, Tally(), FakeTicks()).screen(facts, "before", ticks, 0.05) == (CARD, "after")
    assert engine.given == (facts, "before", ticks, 0.05)


def test_verdicts_are_counted_by_kind_action_and_gravest_category() -> None:
    """One verdict, one count, whatever categories follow; cards by name; the time in seconds."""
    tally = Tally()
    Metered(Engine(CARD), tally, FakeTicks(0.001)).screen(Facts("x", Kind.EDIT))
    Metered(Engine(ALLOWED), tally, FakeTicks(0.001)).screen(Facts("y"))
    assert tally.verdicts == {("edit", "card", "ambush"): 1, ("message", "allow", "none"): 1}
    assert tally.cards == {"safe_meeting": 1}
    assert tally.seconds.total == pytest.approx(0.002)


def test_a_fault_is_the_judges_to_count() -> None:
    """It is raised as it is, and nothing is counted here."""
    tally = Tally()
    with pytest.raises(TimeoutError):
        Metered(Engine(TimeoutError()), tally, FakeTicks()).screen(Facts("z"))
    assert (sum(tally.verdicts.values()), sum(tally.seconds.counts)) == (0, 0)
