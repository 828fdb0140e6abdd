"""Events are plain values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from veillee.model.event import PERSONAL, Durable, Ephemeral


def test_events_cannot_be_changed() -> None:
    """One event goes to many: nobody on its way may alter it."""
    for event in (Durable(PERSONAL, 1, "card", 0, {}, to="g"), Ephemeral("cafe", "typing", {})):
        with pytest.raises(FrozenInstanceError):
            event.kind = "msg"  # type: ignore[misc]
