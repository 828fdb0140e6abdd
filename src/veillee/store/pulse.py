"""What an engine of the store tells of itself, for the metrics: written by its one writer, read by whoever scrapes."""

from __future__ import annotations

from collections.abc import Callable

from veillee.model.histogram import TOGETHER, WAITING_S, Histogram


class Pulse:
    """`groups`: operations in one commit. `commits`: seconds from the first verb of a group until the disk has it.
    `unavailable`: commits that failed. `waiting`: operations in the queue now."""

    def __init__(self, waiting: Callable[[], int]) -> None:
        self.groups = Histogram(TOGETHER)
        self.commits = Histogram(WAITING_S)
        self.unavailable = 0
        self.waiting = waiting

    def committed(self, operations: int, seconds: float) -> None:
        """A group reached the disk."""
        self.groups.observe(operations)
        self.commits.observe(seconds)

    def failed(self) -> None:
        """A group could not be committed; its callers were told."""
        self.unavailable += 1
