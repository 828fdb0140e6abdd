"""Doubles for what is outside: time, chance, listeners. Nothing of our own is doubled."""

from __future__ import annotations

from collections.abc import Sequence

from veillee.bus.port import AnyEvent
from veillee.model.event import Durable, Ephemeral

START = 1_795_464_878_000
"""Where every clock of the tests starts: Unix milliseconds, on a day in November 2026."""


class FakeClock:
    """A `Clock` that a test sets. Backwards too."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, ms: int) -> None:
        """Let this much time pass."""
        self.now += ms


class FakeTicks:
    """A steady clock in seconds, for budgets: each reading may cost something."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


class Recording:
    """A listener that remembers everything it was told, in order."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []

    def __call__(self, events: Sequence[AnyEvent]) -> None:
        self.events.extend(events)

    def durable(self, room: str | None = None) -> list[Durable]:
        """The durable events, of one room or of all."""
        return [e for e in self.events if isinstance(e, Durable) and (room is None or e.room == room)]

    def ephemeral(self, kind: str | None = None) -> list[Ephemeral]:
        """The ephemeral events, of one kind or of all."""
        return [e for e in self.events if isinstance(e, Ephemeral) and (kind is None or e.kind == kind)]
