"""What every bus keeps to (bus/port.py): inside one process, and between processes over a real Valkey."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.doubles import START, Recording
from tests.live import until
from tests.valkey import valkey
from veillee.bus.memory import Air, MemoryBus
from veillee.bus.port import AnyEvent, Bus, Leases, Rates
from veillee.bus.valkey import ValkeyBus
from veillee.bus.wire import Address
from veillee.model.event import Changed, Durable, Ephemeral, Moved

NODES = ("a" * 16, "b" * 16)
EVENTS: list[AnyEvent] = [
    Durable("cafe", 1, "msg", START, {"id": "M1", "b": "Bonsoir « à tous » 🌙"}, "device", "M1"),
    Durable("cafe", 2, "del", START, {"id": "M1", "by": "author"}),
    Durable("@me", 7, "mention", START, {"room": "cafe"}, to="guest"),
    Ephemeral("cafe", "typing", {"u": "u1", "n": "Lune42"}, "device"),
    Ephemeral("cafe", "bye", {}, to_device="device"),
    Changed("sanction", "S1", {"a": [1, None]}, NODES[0]),
    Moved(NODES[0], 3, "cafe", "guest", True, ("u1", "Lune42", "device")),
    Moved(NODES[0], 4, "cafe", "guest", True, None),
]


@dataclass
class Side:
    """One process's end of the bus."""

    bus: Bus
    rates: Rates
    leases: Leases
    heard: Recording
    gaps: list[None]


def side(bus: Bus, rates: Rates, leases: Leases) -> Side:
    """With what it hears."""
    made = Side(bus, rates, leases, Recording(), [])
    bus.subscribe(made.heard)
    bus.on_gap(lambda: made.gaps.append(None))
    return made


@asynccontextmanager
async def running(bus: ValkeyBus) -> AsyncIterator[ValkeyBus]:
    """Connected, and let go afterwards."""
    task = asyncio.create_task(bus.run())
    await until(lambda: bus.connected)
    yield bus
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture(params=["memory", "valkey"])
async def sides(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Side, Side]]:
    """Two ends of each kind of bus in turn."""
    if request.param == "memory":
        air = Air()
        yield side(MemoryBus(air), air.rates, air.leases), side(MemoryBus(air), air.rates, air.leases)
        return
    async with valkey() as (url, prefix), AsyncExitStack() as stack:
        made = []
        for node in NODES:
            bus = await stack.enter_async_context(running(ValkeyBus(Address.parse(url), node, prefix)))
            made.append(side(bus, bus.rates, bus.leases))
        yield made[0], made[1]


def of(heard: Recording, room: str) -> list[AnyEvent]:
    """What was heard of one room, in order."""
    return [event for event in heard.events if not isinstance(event, Changed) and event.room == room]


async def test_everything_arrives_as_it_was(sides: tuple[Side, Side]) -> None:
    """Every kind of event, with all its fields, here and elsewhere; nothing comes back to who published it."""
    here, there = sides
    here.bus.publish(EVENTS)
    assert here.heard.events == EVENTS
    await until(lambda: len(there.heard.events) == len(EVENTS))
    assert all(event in there.heard.events for event in EVENTS)
    there.bus.publish(EVENTS[:1])
    await until(lambda: len(here.heard.events) > len(EVENTS))
    assert here.heard.events[len(EVENTS) :] == EVENTS[:1]


async def test_a_room_hears_in_order(sides: tuple[Side, Side]) -> None:
    """What one process publishes about a room arrives in the order of publishing, however it was cut up."""
    here, there = sides
    said: list[AnyEvent] = [Durable("cafe", s, "msg", START, {"id": f"M{s}"}) for s in range(1, 301)]
    for start in range(0, 300, 7):
        here.bus.publish(said[start : start + 7])
    await until(lambda: len(there.heard.events) == 300)
    assert of(there.heard, "cafe") == said == of(here.heard, "cafe")


async def test_what_is_said_here_stays_here(sides: tuple[Side, Side]) -> None:
    """`here` reaches this process's listeners and nobody else's."""
    here, there = sides
    here.bus.here([Ephemeral("cafe", "count", {"count": 7})])
    here.bus.publish([Ephemeral("cafe", "typing", {})])
    await until(lambda: bool(there.heard.events))
    assert [event.kind for event in there.heard.ephemeral()] == ["typing"]
    assert [event.kind for event in here.heard.ephemeral()] == ["count", "typing"]


async def test_a_bucket_is_shared(sides: tuple[Side, Side]) -> None:
    """Twelve at once wherever they are taken, then one a second; a refusal costs nothing."""
    here, there = sides
    for number in range(12):
        assert await sides[number % 2].rates.take("device", 12, 1_000, START) == 0
    assert await here.rates.take("device", 12, 1_000, START) == 1_000
    assert await there.rates.take("device", 12, 1_000, START + 400) == 600
    assert await there.rates.take("device", 12, 1_000, START + 1_000) == 0
    assert await here.rates.take("device", 12, 1_000, START + 1_000) == 1_000
    assert await here.rates.take("other", 12, 1_000, START) == 0


async def test_a_clock_set_back_silences_nobody(sides: tuple[Side, Side]) -> None:
    """One process's clock is an hour ahead: for the others waiting still lasts seconds, and then one passes."""
    here, there = sides
    ahead = START + 3_600_000
    for _ in range(3):
        await here.rates.take("device", 3, 2_000, ahead)
    assert await there.rates.take("device", 3, 2_000, START) == 0
    assert await there.rates.take("device", 3, 2_000, START + 500) == 1_500
    assert await there.rates.take("device", 3, 2_000, START + 2_000) == 0
    await here.rates.turn("slow", 30_000, ahead)
    assert await there.rates.turn("slow", 30_000, START) == 30_000
    assert await there.rates.turn("slow", 30_000, START + 70_000) == 0


async def test_turns_are_shared(sides: tuple[Side, Side]) -> None:
    """In slow mode the first passes, the second waits for its turn, the third is told when to come back."""
    here, there = sides
    assert await here.rates.turn("slow", 30_000, START) == 0
    assert await there.rates.turn("slow", 30_000, START + 10_000) == 20_000
    assert await here.rates.turn("slow", 30_000, START + 10_000) == -20_000
    assert await here.rates.turn("slow", 30_000, START + 90_000) == 0


async def test_a_lease_is_seen_by_the_others_until_given_back(sides: tuple[Side, Side]) -> None:
    """Each sees what the other says of itself, the newest of it, and nothing of who has gone."""
    here, there = sides
    await here.leases.keep(NODES[0], b"1", b"one", 60_000)
    await here.leases.keep(NODES[0], b"2", b"two", 60_000)
    await there.leases.keep(NODES[1], b"3", b"three", 60_000)
    assert dict(await there.leases.others(NODES[1])) == {NODES[0]: b"2"}
    assert await there.leases.whole(NODES[0]) == b"two"
    assert dict(await here.leases.others(NODES[0])) == {NODES[1]: b"3"}
    await here.leases.keep(NODES[0], b"", b"", 60_000)
    assert await there.leases.whole(NODES[0]) is None
    assert dict(await there.leases.others(NODES[1])) == {}
