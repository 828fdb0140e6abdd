"""What may be lost: events on their way from where they happened to where people listen.

Ordering: events published by one process arrive in the order they were published. Delivery is at most once; a
listener that finds a hole in a room's offsets fills it from the store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from veillee.model.event import Durable, Ephemeral

Event = Durable | Ephemeral
Listener = Callable[[Sequence[Event]], None]


class Bus(Protocol):
    """Publish and subscribe. Listeners are plain functions and must not block."""

    def publish(self, events: Sequence[Event]) -> None: ...

    def subscribe(self, listener: Listener) -> None: ...
