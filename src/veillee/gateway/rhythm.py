"""When connections are read: at once while it is quiet; while it is busy, in rounds, whoever has said something.

A message alone wakes the process, finds every cache cold and has a commit for itself; the second of a round costs less
than half of the first (docs/benchmarks.md). Waiting pays only where others come to share it, so it is given up for a
while when it brought nobody twice.
"""

from __future__ import annotations

WINDOW_S = 0.038
"""From the beginning of one round to that of the next, while it is busy."""
COMPANY = 2
"""As many in a round make the waiting worth it."""
ENOUGH = 16
"""Where more came in this window or the one before, the next one is shorter: so that about as many come in it. Whoever
sends again once answered comes in crowds with stragglers between them, and a crowd must not wait for a straggler."""
IN_VAIN = 2
"""Waits in a row that brought nobody and are put up with: the first was no whole window."""
SOBER_S = 0.5
"""Then everybody is read at once for so long."""


class Rhythm:
    """Pure: the times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._began = float("-inf")
        self._window = WINDOW_S
        self._before = 0
        self._sober_until = float("-inf")
        self._waited = False
        self._vain = 0

    def pause(self, now: float) -> float:
        """Seconds until the next round, of whoever has something to say by now; 0 for at once. Counted from the
        beginning of the round before: where that takes longer than the window, nobody waits."""
        left = self._window - (now - self._began)
        self._waited = 0 < left <= self._window and now >= self._sober_until
        return left if self._waited else 0.0

    def began(self, now: float, size: int) -> None:
        """So many messages were read in a round that began at `now`."""
        if not size and not self._waited:
            return
        self._began = now
        self._window = WINDOW_S * ENOUGH / max(size, self._before, ENOUGH)
        self._before = size
        if size >= COMPANY:
            self._vain = 0
        elif self._waited:
            self._vain += 1
            if self._vain == IN_VAIN:
                self._sober_until = now + SOBER_S
                self._vain = 0
