"""The arithmetic of counting; that both buses count like this is in tests/contracts/test_bus.py."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.doubles import START
from veillee.bus.gauge import bucket, turn


@given(st.lists(st.integers(0, 5_000), max_size=60), st.integers(1, 12), st.integers(1, 3_000))
def test_never_more_than_the_pace(pauses: list[int], burst: int, every: int) -> None:
    """However one tries, no more than the burst and one for each interval that has passed gets through."""
    now, full, passed = START, None, 0
    for pause in pauses:
        now += pause
        wait, kept = bucket(full, burst, every, now)
        assert 0 <= wait <= every
        if not wait:
            full, passed = kept, passed + 1
    assert passed <= burst + (now - START) // every


@given(st.lists(st.integers(-100_000, 100_000), max_size=30))
def test_turns_are_an_interval_apart(steps: list[int]) -> None:
    """Whatever the clock does, nobody waits longer than two intervals, and a refusal takes nothing."""
    now, last = START, None
    for step in steps:
        now += step
        wait, at = turn(last, 10_000, now)
        if wait < 0:
            assert wait >= -10_000
        else:
            assert wait <= 10_000
            last = at


def test_a_clock_set_back_does_not_silence_for_as_long() -> None:
    """A time server set a machine's clock back by an hour, and everybody who had spoken was refused for an hour: a
    second's wait each time they tried, for refusals leave the bucket as it is. Slow mode likewise."""
    hour, full, last, passed, turns = 3_600_000, None, None, 0, 0
    for _ in range(12):
        full = bucket(full, 12, 1_000, START)[1]
    last = turn(turn(None, 10_000, START)[1], 10_000, START)[1]
    for second in range(20):
        now = START - hour + second * 1_000
        wait, kept = bucket(full, 12, 1_000, now)
        if not wait:
            full, passed = kept, passed + 1
        wait, at = turn(last, 10_000, now)
        if wait >= 0:
            last, turns = at, turns + 1
    assert passed == 20
    assert turns == 2
