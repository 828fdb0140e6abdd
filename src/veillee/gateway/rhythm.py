"""When messages are carried out: at once while it is quiet; while it is busy, a few together.

A message alone finds every cache cold and has a commit for itself; the second of a group costs less than half of the
first (docs/benchmarks.md). Waiting pays only where others come to share it, so it is given up for a while as soon as it
brought nobody. What is carried out together is judged one by one, in the order of arrival.
"""

from __future__ import annotations

WINDOW_S = 0.015
"""The longest time that the first of a group waits for others."""
COMPANY = 2
"""As many in a group make the waiting worth it."""
ENOUGH = 16
"""As many wait for nobody else."""
SOBER_S = 0.5
"""After a wait that brought nobody, messages are carried out at once for so long."""


class Rhythm:
    """Pure: the times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._began = float("-inf")
        self._sober_until = float("-inf")
        self._waited = False

    def pause(self, now: float) -> float:
        """Seconds until the group that begins with this message is carried out; 0 for at once. Counted from the
        beginning of the group before: where that takes longer than the window, nobody waits."""
        left = self._began + WINDOW_S - now
        self._waited = 0 < left <= WINDOW_S and now >= self._sober_until
        return left if self._waited else 0.0

    def began(self, now: float, size: int) -> None:
        """A group of so many is carried out from now on."""
        self._began = now
        if self._waited and size < COMPANY:
            self._sober_until = now + SOBER_S
