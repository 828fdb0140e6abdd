"""When connections are read."""

from __future__ import annotations

import pytest

from veillee.gateway.rhythm import COMPANY, ENOUGH, IN_VAIN, SOBER_S, WINDOW_S, Rhythm


def test_whoever_speaks_into_silence_waits_for_nothing() -> None:
    """The first one, and everybody who comes a window later."""
    rhythm = Rhythm()
    assert rhythm.pause(10.0) == 0
    rhythm.began(10.0, 1)
    assert rhythm.pause(10.0 + 2 * WINDOW_S) == 0


def test_in_a_crowd_a_round_waits_for_the_end_of_the_window() -> None:
    """Counted from the beginning of the round before; as long as others come to share it."""
    rhythm = Rhythm()
    rhythm.began(10.0, 1)
    for _ in range(9):
        assert 0 < rhythm.pause(10.0 + WINDOW_S / 4) <= WINDOW_S
        rhythm.began(10.0, COMPANY)


def test_one_who_talks_to_themselves_is_not_slowed_down() -> None:
    """Somebody who sends again once answered waits in vain twice in half a second."""
    rhythm = Rhythm()
    now, waits = 10.0, 0
    for _ in range(1_000):
        pause = rhythm.pause(now)
        waits += pause > 0
        now += pause
        rhythm.began(now, 1)
        now += 0.001
    assert waits <= IN_VAIN * (1 + (now - 10.0) / SOBER_S)


def test_two_in_a_window_are_company_although_the_first_came_before_it() -> None:
    """Whoever was read at once waited for nobody: one wait that brought one does not end it."""
    rhythm = Rhythm()
    rhythm.began(10.0, 1)
    assert rhythm.pause(10.0 + WINDOW_S / 2)
    rhythm.began(10.0 + WINDOW_S, 1)
    assert rhythm.pause(10.0 + WINDOW_S) == pytest.approx(WINDOW_S)
    rhythm.began(10.0 + 2 * WINDOW_S, COMPANY)
    assert rhythm.pause(10.0 + 2 * WINDOW_S) == pytest.approx(WINDOW_S)


def test_the_more_come_the_shorter_is_the_window() -> None:
    """So that about as many come in each."""
    rhythm = Rhythm()
    rhythm.began(10.0, 4 * ENOUGH)
    assert rhythm.pause(10.0) == pytest.approx(WINDOW_S / 4)
    assert rhythm.pause(10.0 + WINDOW_S / 2) == 0


def test_a_clock_that_is_set_back_stops_nobody() -> None:
    """A steady clock is not set back; should it be, nobody waits longer than a window."""
    rhythm = Rhythm()
    rhythm.began(10.0, 9)
    assert rhythm.pause(5.0) == 0


def test_a_crowd_does_not_wait_for_a_straggler() -> None:
    """The window after the straggler is as short as the one after the crowd; the next is whole again."""
    rhythm = Rhythm()
    rhythm.began(10.0, 4 * ENOUGH)
    rhythm.began(11.0, COMPANY)
    assert rhythm.pause(11.0) == pytest.approx(WINDOW_S / 4)
    rhythm.began(12.0, COMPANY)
    assert rhythm.pause(12.0) == pytest.approx(WINDOW_S)
