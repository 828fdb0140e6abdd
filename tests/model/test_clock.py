"""Units of time, in milliseconds."""

from __future__ import annotations

from veillee.model.clock import DAY, HOUR, MINUTE, SECOND


def test_units_nest() -> None:
    """A day is 24 hours of 60 minutes of 60 seconds of a thousand."""
    assert (MINUTE // SECOND, HOUR // MINUTE, DAY // HOUR, SECOND) == (60, 60, 24, 1000)
