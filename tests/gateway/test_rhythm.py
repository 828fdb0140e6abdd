"""When messages are carried out."""

from __future__ import annotations

from veillee.gateway.rhythm import COMPANY, SOBER_S, WINDOW_S, Rhythm


def test_whoever_speaks_into_silence_waits_for_nothing() -> None:
    """The first one, and everybody who comes a window later."""
    rhythm = Rhythm()
    assert rhythm.pause(10.0) == 0
    rhythm.began(10.0, 1)
    assert rhythm.pause(10.0 + 2 * WINDOW_S) == 0


def test_in_a_crowd_a_group_waits_for_the_end_of_the_window() -> None:
    """Counted from the beginning of the group before; as long as others come to share it."""
    rhythm = Rhythm()
    rhythm.began(10.0, 1)
    for _ in range(9):
        assert 0 < rhythm.pause(10.0 + WINDOW_S / 4) <= WINDOW_S
        rhythm.began(10.0, COMPANY)


def test_one_who_talks_to_themselves_is_not_slowed_down() -> None:
    """Somebody who sends again once answered waits in vain once in half a second."""
    rhythm = Rhythm()
    now, waits = 10.0, 0
    for _ in range(1_000):
        pause = rhythm.pause(now)
        waits += pause > 0
        now += pause
        rhythm.began(now, 1)
        now += 0.001
    assert waits <= 2 + (now - 10.0) / SOBER_S


def test_a_clock_that_is_set_back_stops_nobody() -> None:
    """A steady clock is not set back; should it be, nobody waits longer than a window."""
    rhythm = Rhythm()
    rhythm.began(10.0, 9)
    assert rhythm.pause(5.0) == 0
