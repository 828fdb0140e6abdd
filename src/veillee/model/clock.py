"""Time as an argument: pure rooms never ask what time it is, they are told."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], int]
"""Returns Unix time in milliseconds, UTC."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
