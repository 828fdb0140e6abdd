"""The way of an edited rule into force: what each stage knows, what is missing, who answers for an exception."""

from __future__ import annotations

import pytest

from veillee.automod import lifecycle
from veillee.automod.lifecycle import SHADOW_MS, NoSuchStep, NotYet, Wanting, allowed, shadow_left, step, wanting
from veillee.model.edition import Progress, Stage, Unit

DRAFT = Progress(since=1_000)
EVENTS: tuple[lifecycle.Event, ...] = (
    lifecycle.Backtested(), lifecycle.Shadowed(), lifecycle.Canaried(10), lifecycle.Promoted(), lifecycle.Waived("a"),
    lifecycle.Tripped(), lifecycle.Cleared(), lifecycle.Superseded(), lifecycle.Restored(), lifecycle.Withdrawn(),
)  # fmt: skip


def after(*events: lifecycle.Event, now: int = 1_000) -> Progress:
    """A draft after some events at one moment."""
    progress = DRAFT
    for event in events:
        progress = step(progress, event, now)
    return progress


def test_the_whole_way() -> None:
    """Backtest, a day of shadow, a tenth of the rooms, everybody."""
    tried = after(lifecycle.Backtested(), lifecycle.Shadowed())
    assert wanting(tried, 1_000 + SHADOW_MS) == frozenset()
    canary = step(tried, lifecycle.Canaried(10, Unit.ROOM), 1_000 + SHADOW_MS)
    assert (canary.stage, canary.share, canary.shadowed_at) == (Stage.CANARY, 10, 1_000)
    in_force = step(canary, lifecycle.Promoted(), 1_001 + SHADOW_MS)
    assert (in_force.stage, in_force.share, in_force.shadowed_at) == (Stage.ENFORCED, 0, None)


@pytest.mark.parametrize("acting", [lifecycle.Canaried(1), lifecycle.Promoted()])
def test_nothing_acts_without_backtest_and_a_day_of_shadow(acting: lifecycle.Event) -> None:
    """What is missing is said; one millisecond too early is too early."""
    with pytest.raises(NotYet) as bare:
        after(acting)
    assert bare.value.wanting == {Wanting.BACKTEST, Wanting.SHADOW}
    tried = after(lifecycle.Backtested(), lifecycle.Shadowed())
    with pytest.raises(NotYet) as early:
        step(tried, acting, 999 + SHADOW_MS)
    assert early.value.wanting == {Wanting.SHADOW}
    untested = after(lifecycle.Shadowed())
    with pytest.raises(NotYet) as blind:
        step(untested, acting, 1_000 + SHADOW_MS)
    assert blind.value.wanting == {Wanting.BACKTEST}


def test_two_different_people_answer_for_an_exception() -> None:
    """One alone, or the same one twice, is not enough."""
    alone = after(lifecycle.Waived("paul"), lifecycle.Waived("paul"))
    assert wanting(alone, 1_000) == {Wanting.BACKTEST, Wanting.SHADOW}
    both = step(alone, lifecycle.Waived("nadia"), 1_000)
    assert both.waivers == ("paul", "nadia")
    assert step(both, lifecycle.Promoted(), 1_000).stage is Stage.ENFORCED


def test_a_shadow_that_was_broken_off_begins_anew() -> None:
    """Who takes a canary back to shadow keeps the day; who withdrew has none."""
    canary = step(after(lifecycle.Backtested(), lifecycle.Shadowed()), lifecycle.Canaried(5), 1_000 + SHADOW_MS)
    back = step(canary, lifecycle.Shadowed(), 2_000 + SHADOW_MS)
    assert shadow_left(back, 2_000 + SHADOW_MS) == 0
    assert step(back, lifecycle.Withdrawn(), 5_000).shadowed_at is None


def test_a_clock_set_back_gives_nothing_away() -> None:
    """The shadow never lasts longer than a day, and is never over before it began."""
    assert shadow_left(after(lifecycle.Shadowed()), 0) == SHADOW_MS


def test_what_tripped_is_cleared_by_a_person() -> None:
    """It stays in its stage, marked; clearing watches it anew."""
    in_force = after(lifecycle.Waived("a"), lifecycle.Waived("b"), lifecycle.Promoted())
    tripped = step(in_force, lifecycle.Tripped(), 7_000)
    assert (tripped.stage, tripped.tripped_at) == (Stage.ENFORCED, 7_000)
    cleared = step(tripped, lifecycle.Cleared(), 8_000)
    assert (cleared.tripped_at, cleared.since) == (None, 8_000)


def test_a_share_is_one_of_the_list() -> None:
    """Nobody puts in 0 or 100 by a slip."""
    with pytest.raises(ValueError, match="share"):
        after(lifecycle.Waived("a"), lifecycle.Waived("b"), lifecycle.Canaried(100))


def test_every_other_step_is_refused() -> None:
    """Whatever is asked of whatever stage: it is done, not yet time, or no such step."""
    for stage, event in [(stage, event) for stage in Stage for event in EVENTS]:
        progress = Progress(stage, 0)
        if not allowed(progress, event):
            with pytest.raises(NoSuchStep):
                step(progress, event, 1)
        elif isinstance(event, lifecycle.Canaried | lifecycle.Promoted):
            with pytest.raises(NotYet):
                step(progress, event, 1)
        else:
            assert isinstance(step(progress, event, 1), Progress)
    assert not any(allowed(Progress(Stage.WITHDRAWN), event) for event in EVENTS)
