"""How fast somebody may act: a token bucket per device, and slow mode per room.

Buckets live in memory and are forgotten once full again: losing them in a restart costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from veillee.model.clock import SECOND
from veillee.model.errors import Code, Refused


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` actions at once, then one every `every_ms`."""

    burst: int
    every_ms: int


SPEAKING = Pace(burst=12, every_ms=SECOND)
"""Twelve messages at once, then one a second."""
REPORTING = Pace(burst=10, every_ms=30 * SECOND)
RENAMING = Pace(burst=5, every_ms=60 * SECOND)
ENTERING = Pace(burst=60, every_ms=SECOND)
TYPING = Pace(burst=3, every_ms=2 * SECOND)

_SWEEP = 10_000


class Throttle:
    """Takes one from somebody's bucket or refuses with the seconds until there is one."""

    def __init__(self) -> None:
        self._ready_at: dict[tuple[str, Pace], int] = {}
        self._spoke: dict[tuple[str, str], tuple[int, int]] = {}
        self._sweep_at = [_SWEEP, _SWEEP]

    def take(self, who: str, pace: Pace, now: int) -> None:
        """Count one action (generic cell rate algorithm, ITU-T I.371); raises `rate_limited` with `retry`."""
        if (wait := self.wait(who, pace, now)) > 0:
            raise Refused(Code.RATE_LIMITED, retry=wait / 1000)
        key = (who, pace)
        self._ready_at[key] = max(self._ready(key, now), now) + pace.every_ms
        if len(self._ready_at) > self._sweep_at[0]:
            self._ready_at = {k: at for k, at in self._ready_at.items() if at > now}
            self._sweep_at[0] = max(_SWEEP, 2 * len(self._ready_at))

    def wait(self, who: str, pace: Pace, now: int) -> int:
        """Milliseconds until one more action is allowed; 0 for now."""
        return max(0, self._ready((who, pace), now) - now - (pace.burst - 1) * pace.every_ms)

    def _ready(self, key: tuple[str, Pace], now: int) -> int:
        """When the bucket is full again; never later than an empty one's time from now, should the clock go back."""
        pace = key[1]
        return min(self._ready_at.get(key, now), now + pace.burst * pace.every_ms)

    def slow(self, who: str, room: str, seconds: int, now: int) -> int:
        """In slow mode: the milliseconds this message has to wait (0: none), and its place is taken.

        A second message while one waits raises `slow_mode` with `retry`.
        """
        interval = seconds * SECOND
        key = (who, room)
        last, _ = self._spoke.get(key, (now - interval, 0))
        free_at = min(last, now + interval) + interval  # a clock set back costs one turn at most
        if free_at > now + interval:
            raise Refused(Code.SLOW_MODE, retry=(free_at - interval - now) / 1000)
        at = max(now, free_at)
        self._spoke[key] = (at, interval)
        if len(self._spoke) > self._sweep_at[1]:
            self._spoke = {k: spoke for k, spoke in self._spoke.items() if sum(spoke) > now}
            self._sweep_at[1] = max(_SWEEP, 2 * len(self._spoke))
        return at - now
