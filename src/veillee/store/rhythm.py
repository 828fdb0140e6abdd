"""When a group is committed: at once while it is quiet; while it is busy, a little later, with whatever came meanwhile.

A commit costs the same however many messages it holds: the disk's own work, and pages of the log that are written
whole. Waiting pays only where others come to share it, so it is given up for a while as soon as it brought nobody.
"""

from __future__ import annotations

WINDOW_S = 0.012
"""The longest time that the first of a group waits for others."""
COMPANY = 3
"""As many in a group make the waiting worth it."""
SOBER_S = 0.5
"""After a wait that brought nobody, groups are committed at once for so long."""


class Rhythm:
    """Pure: the times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._ended = float("-inf")
        self._sober_until = float("-inf")
        self._waited = False

    def pause(self, now: float) -> float:
        """Seconds to wait before the group that has just begun is committed; 0 for none."""
        left = self._ended + WINDOW_S - now
        self._waited = 0 < left <= WINDOW_S and now >= self._sober_until
        return left if self._waited else 0.0

    def committed(self, now: float, size: int) -> None:
        """The group was committed, with so many in it."""
        self._ended = now
        if self._waited and size < COMPANY:
            self._sober_until = now + SOBER_S
