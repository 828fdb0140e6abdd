"""How fast somebody may act: a token bucket per device, and slow mode per room.

The arithmetic is the bus's (bus/gauge.py); where an instance has several processes, they count together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from veillee.bus.memory import MemoryRates
from veillee.bus.port import BusAway, Rates
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

PATIENCE_S = 0.1
"""Seconds that a shared count may take before this process counts alone."""
REST_S = 1.0
"""Seconds in which nobody is asked again after that."""

log = structlog.get_logger("throttle")


class Throttle:
    """Takes one from somebody's bucket or refuses with the seconds until there is one.

    Counts by itself, and together with the other processes where `shared` is given: whoever is refused here need not
    be counted elsewhere. Where the others do not answer in time, the count of this process is what holds.
    """

    def __init__(self, shared: Rates | None = None) -> None:
        self._own = MemoryRates()
        self._shared = shared
        self._rests_until = 0.0

    async def take(self, who: str, pace: Pace, now: int) -> None:
        """Count one action; raises `rate_limited` with `retry`."""
        key = _key(who, pace)
        if self._shared is None:
            wait = self._own.take_now(key, pace.burst, pace.every_ms, now)
        elif not (wait := self._own.wait(key, pace.burst, pace.every_ms, now)):
            wait = await self._together(self._shared.take(key, pace.burst, pace.every_ms, now)) or 0
            if not wait:
                self._own.take_now(key, pace.burst, pace.every_ms, now)
        if wait > 0:
            raise Refused(Code.RATE_LIMITED, retry=wait / 1000)

    def wait(self, who: str, pace: Pace, now: int) -> int:
        """Milliseconds until one more action is allowed here; 0 for now."""
        return self._own.wait(_key(who, pace), pace.burst, pace.every_ms, now)

    async def slow(self, who: str, room: str, seconds: int, now: int) -> int:
        """In slow mode: the milliseconds this message has to wait (0: none), and its place is taken.

        A second message while one waits raises `slow_mode` with `retry`.
        """
        key, interval = f"slow:{room}:{who}", seconds * SECOND
        together = None if self._shared is None else await self._together(self._shared.turn(key, interval, now))
        alone = 0 if together is not None and together < 0 else self._own.turn_now(key, interval, now)
        wait = alone if together is None else together
        if wait < 0:
            raise Refused(Code.SLOW_MODE, retry=-wait / 1000)
        return wait

    async def _together(self, count: Coroutine[Any, Any, int]) -> int | None:
        """What all processes counted, or None if they do not answer."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._rests_until:
            count.close()
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await count
        except (BusAway, TimeoutError):
            self._rests_until = loop.time() + REST_S
            log.warning("counting alone")
            return None


def _key(who: str, pace: Pace) -> str:
    return f"{pace.burst}/{pace.every_ms}:{who}"
