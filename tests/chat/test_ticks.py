"""CPU time, cheaply."""

from __future__ import annotations

from veillee.chat.ticks import GRACE_S, Ticks


class Clock:
    """A clock that a test sets, and how often it was read."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.reads = 0

    def __call__(self) -> float:
        self.reads += 1
        return self.now


def test_within_the_grace_the_wall_tells_enough() -> None:
    """The CPU clock, a system call, is not asked; what is told is never less than what was used."""
    cpu, wall = Clock(7.0), Clock(100.0)
    ticks = Ticks(cpu, wall)
    wall.now, cpu.now = 100.0 + GRACE_S / 2, 7.0 + GRACE_S / 4
    assert cpu.now <= ticks() <= cpu.now + GRACE_S
    assert cpu.reads == 1


def test_a_busy_machine_costs_a_message_nothing() -> None:
    """A second passes on the wall of which this thread got a millisecond."""
    cpu, wall = Clock(7.0), Clock(100.0)
    ticks = Ticks(cpu, wall)
    wall.now, cpu.now = 101.0, 7.001
    assert ticks() == 7.001


def test_a_wall_that_was_set_back_is_not_believed() -> None:
    """The CPU clock is asked instead."""
    cpu, wall = Clock(7.0), Clock(100.0)
    ticks = Ticks(cpu, wall)
    wall.now, cpu.now = 50.0, 7.5
    assert ticks() == 7.5
