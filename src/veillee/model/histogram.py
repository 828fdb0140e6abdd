"""Counting how long and how many, cheaply enough for the hot path: fixed bounds, plain integers, no lock.

One thread observes; any thread may read: what it reads may be one observation behind.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

JUDGING_S = (10e-6, 20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""Seconds of one look at a text."""
WAITING_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds that somebody, or the loop, waits."""
TOGETHER = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
"""How many things went in one."""


class Histogram:
    """`counts[i]` observations lie above `bounds[i - 1]` and not above `bounds[i]`; the last count is beyond every
    bound. `total` is the sum of what was observed."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        """`bounds` ascend; ValueError otherwise."""
        if list(bounds) != sorted(set(bounds)):
            raise ValueError("bounds ascend")
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one value, in the unit of the bounds."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def cumulative(self) -> list[tuple[str, int]]:
        """How many were not above each bound, as Prometheus wants it, `+Inf` last."""
        found, reached = [], 0
        for bound, count in zip((*self.bounds, float("inf")), list(self.counts), strict=True):
            reached += count
            found.append(("+Inf" if bound == float("inf") else f"{bound:g}", reached))
        return found
