"""What a bus over Valkey does beside the contract: losses, gaps, strangers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.doubles import START, Recording
from tests.live import until
from tests.valkey import own_valkey, valkey
from veillee.bus.packing import pack, shard
from veillee.bus.port import AnyEvent, BusAway
from veillee.bus.valkey import ValkeyBus
from veillee.bus.wire import Address, dial
from veillee.model.event import Changed, Ephemeral, Moved

TYPING = Ephemeral("cafe", "typing", {})


@asynccontextmanager
async def running(url: str, node: str, prefix: str = "t") -> AsyncIterator[ValkeyBus]:
    """A bus that is connected."""
    bus = ValkeyBus(Address.parse(url), node * 16, prefix)
    task = asyncio.create_task(bus.run())
    await until(lambda: bus.connected)
    yield bus
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_without_valkey_a_process_hears_itself() -> None:
    """Publishing never fails: own listeners are called, the rest is lost and counted; counts and leases say so."""
    with own_valkey() as server:
        async with running(server.url, "a") as bus:
            gaps: list[None] = []
            bus.on_gap(lambda: gaps.append(None))
            heard = Recording()
            bus.subscribe(heard)
            server.kill()
            await until(lambda: not bus.connected)
            bus.publish([TYPING])
            assert heard.events == [TYPING]
            assert (bus.lost, bus.published, bus.reconnects) == (1, 0, 0)
            for asked in (
                bus.rates.take("k", 1, 1, START),
                bus.leases.keep("a", b"1", b"x", 1),
                bus.leases.others("a"),
            ):
                with pytest.raises(BusAway):
                    await asked
            server.start()
            await until(lambda: len(gaps) == 1)
            assert bus.reconnects == 1
            assert await bus.rates.take("k", 1, 1_000, START) == 0  # the script is not there any more: it is sent again


async def test_strangers_and_failing_listeners_change_nothing() -> None:
    """A packet that is none, a listener that raises: the next packet is heard."""
    async with valkey() as (url, prefix), running(url, "a", prefix) as bus, running(url, "b", prefix) as other:
        heard = Recording()

        def broken(events: Sequence[AnyEvent]) -> None:
            if not heard.events:
                heard(events)
                raise RuntimeError("listener")
            heard(events)

        bus.subscribe(broken)
        wire = await dial(Address.parse(url), lambda message: None)
        await wire.call("SPUBLISH", f"{prefix}:e:{shard(TYPING)}", b"nonsense")
        await wire.call("SPUBLISH", f"{prefix}:e:{shard(TYPING)}", pack("a" * 16, [TYPING]))  # our own echo
        wire.abort()
        other.publish([TYPING])
        other.publish([TYPING])
        await until(lambda: len(heard.events) == 2)
        assert bus.received == 3


async def test_a_lease_that_is_not_kept_ends() -> None:
    """Whoever died is not seen once its lease has run out, and is forgotten."""
    async with valkey() as (url, prefix), running(url, "a", prefix) as bus, running(url, "b", prefix) as other:
        await bus.leases.keep("a" * 16, b"1", b"here", 20)

        async def gone() -> None:
            while await other.leases.others("b" * 16):
                await other.rates.take("time", 1, 1, START)

        async with asyncio.timeout(5):
            await gone()
        assert dict(await other.leases.others("b" * 16)) == {}


async def test_a_process_that_nobody_connects_to_hears_no_rooms() -> None:
    """Pages and work need what changed and who is where; the rest would only be thrown away."""
    async with valkey() as (url, prefix), running(url, "a", prefix) as speaker:
        worker = ValkeyBus(Address.parse(url), "w" * 16, prefix, rooms=False)
        heard = Recording()
        worker.subscribe(heard)
        task = asyncio.create_task(worker.run())
        await until(lambda: worker.connected)
        told: list[AnyEvent] = [Changed("room", "cafe", {}, "a" * 16), Moved("a" * 16, 1, "cafe", "guest", here=False)]
        speaker.publish([TYPING, *told])
        await until(lambda: len(heard.events) == 2)
        assert heard.events == told
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_node_has_a_name_of_sixteen_characters() -> None:
    """Packets begin with it."""
    with pytest.raises(ValueError, match="16"):
        ValkeyBus(Address("h", 1), "short")
