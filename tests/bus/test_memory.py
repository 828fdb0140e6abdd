"""The bus inside one process."""

from __future__ import annotations

from collections.abc import Sequence

from veillee.bus.memory import Air, MemoryBus, MemoryRates
from veillee.bus.port import AnyEvent
from veillee.model.event import Durable, Ephemeral


def test_everybody_hears_everything_in_order() -> None:
    """Events reach each subscriber at once, in the order they were published."""
    bus, one, other = MemoryBus(), list[AnyEvent](), list[AnyEvent]()

    def listen(events: Sequence[AnyEvent]) -> None:
        one.extend(events)

    bus.subscribe(listen)
    bus.subscribe(other.extend)
    events: list[AnyEvent] = [
        Durable("cafe", 1, "msg", 0, {}),
        Ephemeral("cafe", "typing", {}),
        Durable("cafe", 2, "msg", 0, {}),
    ]
    bus.publish(events[:2])
    bus.publish(events[2:])
    assert one == other == events


def test_nothing_is_kept_for_who_comes_late() -> None:
    """What was published before somebody subscribed is the store's to replay."""
    bus, late = MemoryBus(), list[AnyEvent]()
    bus.publish([Ephemeral("cafe", "typing", {})])
    bus.subscribe(late.extend)
    assert late == []


def test_buses_on_one_air_hear_each_other() -> None:
    """As processes do, except for what is said `here`; there is never a gap."""
    air, gaps = Air(), list[None]()
    one, other, heard = MemoryBus(air), MemoryBus(air), list[AnyEvent]()
    other.subscribe(heard.extend)
    other.on_gap(lambda: gaps.append(None))
    one.publish([Ephemeral("cafe", "typing", {})])
    one.here([Ephemeral("cafe", "count", {"count": 7})])
    assert [event.kind for event in heard if isinstance(event, Ephemeral)] == ["typing"]
    assert gaps == []


async def test_sweeping_forgets_nobody_who_has_to_wait() -> None:
    """Ten thousand full buckets and past turns go; those in use stay."""
    rates = MemoryRates()
    for number in range(10_050):
        assert await rates.take(f"past {number}", 1, 1_000, 0) == 0
        assert await rates.turn(f"past {number}", 1_000, 0) == 0
    assert rates.take_now("now", 1, 1_000, 60_000) == rates.turn_now("now", 1_000, 60_000) == 0
    for number in range(10_050):
        rates.take_now(f"new {number}", 1, 1_000, 60_000)
        rates.turn_now(f"new {number}", 1_000, 60_000)
    assert rates.wait("now", 1, 1_000, 60_000) == 1_000
    assert rates.turn_now("now", 1_000, 60_000) == 1_000
