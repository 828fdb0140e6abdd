"""What the bus costs a process: python -m bench.bus [--messages N] URL

Microseconds of CPU of this process, for each message that a room hears from elsewhere (one in a packet, and eight), and
for each pace counted in Valkey; the same with redis-py beside it. URL is a Valkey, such as valkey://127.0.0.1:6379.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import secrets
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

import redis.asyncio
import structlog
import uvloop

from veillee.bus.packing import shard
from veillee.bus.port import Event
from veillee.bus.valkey import ValkeyBus
from veillee.bus.wire import Address
from veillee.gateway.fanout import Fanout
from veillee.gateway.hub import Hub
from veillee.gateway.sending import Sockets, fastest
from veillee.gateway.sequence import Sequencer
from veillee.model.event import Durable

BODY = "Bonsoir tout le monde, qui vient au café demain vers dix-huit heures ? Il y aura du thé et des crêpes."


def said(s: int) -> Durable:
    """An everyday message."""
    data = {"id": f"01K{s:023}", "u": "0123456789AB", "n": "Lune42", "b": BODY}
    return Durable("cafe", s, "msg", 1_795_464_878_000 + s, data, "d" * 32, f"01K{s:023}")


async def connected(url: str, prefix: str) -> tuple[ValkeyBus, asyncio.Task[None]]:
    """An end of the bus."""
    bus = ValkeyBus(Address.parse(url), secrets.token_hex(8), prefix)
    task = asyncio.create_task(bus.run())
    while not bus.connected:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)
    return bus, task


def speak(url: str, prefix: str, messages: int, together: int) -> None:
    """Another process publishes, two thousand messages a second."""

    async def speaking() -> None:
        bus, task = await connected(url, prefix)
        started = time.monotonic()
        for first in range(1, messages + 1, together):
            bus.publish([said(s) for s in range(first, first + together)])
            await asyncio.sleep(max(0.0, started + first / 2_000 - time.monotonic()))
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    uvloop.run(speaking())


async def until(true: Callable[[], bool]) -> None:
    """Wait, at most a minute."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)


async def hearing(url: str, messages: int, together: int) -> float:
    """CPU for each message that arrives, unpacked and put in order; nobody listens to the room."""
    prefix = f"bench:{secrets.token_hex(4)}"
    bus, task = await connected(url, prefix)
    hub = Hub()
    sequence = Sequencer(hub, None, Fanout(hub, Sockets(), fastest()).receive, several=True)  # type: ignore[arg-type]  # it is not asked
    bus.subscribe(sequence.receive)
    speaker = multiprocessing.get_context("spawn").Process(target=speak, args=(url, prefix, messages, together))
    speaker.start()
    await until(lambda: hub.room("cafe").tail.last > 0)
    begun, started = hub.room("cafe").tail.last, time.process_time()
    await until(lambda: hub.room("cafe").tail.last >= messages)
    used = time.process_time() - started
    await asyncio.to_thread(speaker.join)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return used / (messages - begun) * 1e6


async def passing(messages: int) -> float:
    """CPU for each message of this process itself on its way from the bus to the fanout."""
    hub = Hub()
    tail = hub.room("cafe").tail

    def deliver(events: Sequence[Event]) -> None:
        tail.last += len(events)

    sequence = Sequencer(hub, None, deliver)  # type: ignore[arg-type]  # it is not asked
    events = [[said(s)] for s in range(1, messages + 1)]
    started = time.process_time()
    for each in events:
        sequence.receive(each)
    return (time.process_time() - started) / messages * 1e6


async def listening(url: str, messages: int) -> float:
    """The same packets through redis-py's sharded subscription, not even unpacked."""
    prefix = f"bench:{secrets.token_hex(4)}"
    client = redis.asyncio.Redis.from_url(url.replace("valkey://", "redis://"))
    heard = client.pubsub()
    await heard.ssubscribe(f"{prefix}:e:{shard(said(1))}")
    await heard.get_message(timeout=5)
    speaker = multiprocessing.get_context("spawn").Process(target=speak, args=(url, prefix, messages, 1))
    speaker.start()
    count, started = 0, 0.0
    while count < messages - 1:
        message = await heard.get_message(ignore_subscribe_messages=True, timeout=5)
        if message is not None:
            count += 1
            started = started or time.process_time()
    used = time.process_time() - started
    await asyncio.to_thread(speaker.join)
    await heard.aclose()  # type: ignore[no-untyped-call]
    await client.aclose()
    return used / (count - 1) * 1e6


async def counting(take: Callable[[int], Awaitable[object]], number: int, at_once: int) -> float:
    """CPU for each pace counted, so many people at once."""
    await take(0)
    started = time.process_time()
    for first in range(0, number, at_once):
        await asyncio.gather(*(take(first + each) for each in range(at_once)))
    return (time.process_time() - started) / number * 1e6


async def main(url: str, messages: int) -> None:
    """Every figure, the median of three."""
    bus, task = await connected(url, f"bench:{secrets.token_hex(4)}")
    client = redis.asyncio.Redis.from_url(url.replace("valkey://", "redis://"))
    script = client.register_script("return 0")

    async def median(measure: Callable[[], Awaitable[float]]) -> str:
        return f"{statistics.median([await measure() for _ in range(3)]):6.1f} µs"

    print("put in order, one's own:     ", await median(lambda: passing(messages)))
    for together in (1, 8):
        print(f"heard, {together} in a packet:     ", await median(lambda n=together: hearing(url, messages, n)))  # type: ignore[misc]
    print("redis-py, 1 in a packet, unread:", await median(lambda: listening(url, messages)))
    for at_once in (1, 50):
        print(
            f"a pace counted, {at_once} at once: ",
            await median(
                lambda n=at_once: counting(lambda who: bus.rates.take(f"{who}", 12, 1_000, 0), messages, n)  # type: ignore[misc]
            ),
        )
        print(
            f"redis-py's script, {at_once} at once:",
            await median(
                lambda n=at_once: counting(lambda who: script(keys=[f"bench:{who}"], args=[12, 1_000, 0]), messages, n)  # type: ignore[misc]
            ),
        )
    await client.aclose()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--messages", type=int, default=8_000)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    uvloop.run(main(arguments.url, arguments.messages))
