"""The bus inside one process."""

from __future__ import annotations

from collections.abc import Sequence

from veillee.bus.memory import MemoryBus
from veillee.bus.port import Event
from veillee.model.event import Durable, Ephemeral


def test_everybody_hears_everything_in_order() -> None:
    """Events reach each subscriber at once, in the order they were published."""
    bus, one, other = MemoryBus(), list[Event](), list[Event]()

    def listen(events: Sequence[Event]) -> None:
        one.extend(events)

    bus.subscribe(listen)
    bus.subscribe(other.extend)
    events: list[Event] = [
        Durable("cafe", 1, "msg", 0, {}),
        Ephemeral("cafe", "typing", {}),
        Durable("cafe", 2, "msg", 0, {}),
    ]
    bus.publish(events[:2])
    bus.publish(events[2:])
    assert one == other == events


def test_nothing_is_kept_for_who_comes_late() -> None:
    """What was published before somebody subscribed is the store's to replay."""
    bus, late = MemoryBus(), list[Event]()
    bus.publish([Ephemeral("cafe", "typing", {})])
    bus.subscribe(late.extend)
    assert late == []
