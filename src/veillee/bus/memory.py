"""The bus inside one process: whoever subscribed is called at once, in order."""

from __future__ import annotations

from collections.abc import Sequence

from veillee.bus.port import Event, Listener


class MemoryBus:
    """A `Bus` for a single process. Nothing is lost and nothing is kept."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def publish(self, events: Sequence[Event]) -> None:
        for listener in self._listeners:
            listener(events)

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)
