"""CPU time of this thread, for budgets, at the price of a clock that needs no system call."""

from __future__ import annotations

from collections.abc import Callable

GRACE_S = 0.005


class Ticks:
    """Seconds of CPU that this thread has used, `GRACE_S` more at most.

    No thread uses more CPU than time passes: until `GRACE_S` have gone by on the wall since the last look at the CPU
    clock, the wall tells enough. A busy machine makes the wall run ahead, and the CPU clock sets it right.
    """

    def __init__(self, cpu: Callable[[], float], wall: Callable[[], float]) -> None:
        self._cpu = cpu
        self._wall = wall
        self._seen = cpu()
        self._at = wall()

    def __call__(self) -> float:
        now = self._wall()
        since = now - self._at
        if 0 <= since < GRACE_S:
            return self._seen + since
        self._at = now
        self._seen = self._cpu()
        return self._seen
