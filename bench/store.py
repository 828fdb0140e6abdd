"""What a durable acknowledgement costs, on SQLite and on PostgreSQL: python -m bench.store [--seconds N] [--url URL]

So many senders at once write one message after the other, each waiting for its commit, as `chat` does after judging.
The disk is real and waited for: `synchronous=FULL` on SQLite, `fsync` and `synchronous_commit` on PostgreSQL, which is
started here from the wheel (or given by its address: an empty database). CPU is that of this process with its threads;
PostgreSQL's own is not in it. The rooms are ten.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import uvloop

from tests.postgres import Server
from veillee.model.ids import ulid
from veillee.model.message import NewMessage
from veillee.model.room import Room
from veillee.store import messages, partitions, rooms
from veillee.store.engine import SqliteStore
from veillee.store.port import Store
from veillee.store.postgres import PostgresStore
from veillee.store.schema import migrate

ROOMS = 10
BODY = "Bonsoir tout le monde, il pleut encore ici ce soir ; et chez vous, ça va mieux qu'hier ?"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run: messages acknowledged a second, milliseconds at two quantiles, microseconds of CPU a message."""

    rate: float
    p50: float
    p99: float
    cpu: float


def message(number: int) -> NewMessage:
    """A message as judging leaves it: an id of now, a key of its own, an author who spoke before."""
    now = time.time_ns() // 1_000_000
    return NewMessage(
        id=ulid(now, number.to_bytes(10, "big")), room=f"room-{number % ROOMS}", guest_id=f"G{number % 500:025}",
        device=f"{number % 500:040x}", u=f"{number % 500:016x}", pseudonym="Lune42", key=f"k{number}",
        digest=f"{number:032x}", body=BODY, reply_to=None, at=now,
        risk=((f"author:G{number % 500}", {"seen": [number, 0.25], "at": now}),),
    )  # fmt: skip


async def measured(store: Store, senders: int, seconds: float, numbers: count[int]) -> Figures:
    """Let them send for so long."""
    waits: list[float] = []
    started, cpu = time.perf_counter(), time.process_time()
    until = started + seconds

    async def send() -> None:
        while (began := time.perf_counter()) < until:
            await store.write(messages.append, message(next(numbers)))
            waits.append(time.perf_counter() - began)

    await asyncio.gather(*(send() for _ in range(senders)))
    took, used = time.perf_counter() - started, time.process_time() - cpu
    waits.sort()
    p50, p99 = (1_000 * waits[min(len(waits) - 1, int(q * len(waits)))] for q in (0.5, 0.99))
    return Figures(len(waits) / took, p50, p99, 1_000_000 * used / len(waits))


@asynccontextmanager
async def filled(store: Store) -> AsyncIterator[Store]:
    """With the rooms in it, and on PostgreSQL this month's partition; closed afterwards."""
    await store.write(partitions.keep_up, time.time_ns() // 1_000_000)
    for number in range(ROOMS):
        await store.write(rooms.add, Room(f"room-{number}", "e1", "Room"))
    try:
        yield store
    finally:
        await store.close()


async def run(name: str, store: Store, senders: list[int], seconds: float) -> None:
    """Print a line for each number of senders."""
    numbers = count(1)
    async with filled(store):
        await measured(store, 10, 0.5, numbers)
        for each in senders:
            got = await measured(store, each, seconds, numbers)
            print(f"| {name} | {each} | {got.rate:,.0f} | {got.p50:.2f} ms | {got.p99:.2f} ms | {got.cpu:.0f} µs |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--senders", type=int, nargs="+", default=[1, 100, 1_000])
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument("--url", help="an empty PostgreSQL database to use")
    args = parser.parse_args()
    print("| store | senders | acknowledged/s | p50 | p99 | CPU a message |\n|---|---|---|---|---|---|")
    if args.only != "postgres":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.db"
            migrate(path)

            async def on_sqlite() -> None:
                await run("SQLite", SqliteStore(path), args.senders, args.seconds)

            uvloop.run(on_sqlite())
    if args.only != "sqlite":
        server = None if args.url else Server(durable=True)
        url = args.url or (server.url() if server else "")
        try:
            migrate(url)

            async def on_postgres() -> None:
                await run("PostgreSQL", PostgresStore(url), args.senders, args.seconds)

            uvloop.run(on_postgres())
        finally:
            if server is not None:
                server.remove()


if __name__ == "__main__":
    print(f"{os.cpu_count()} processors")
    main()
