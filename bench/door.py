"""What a delivery, an acknowledgement and an idle connection cost: python -m bench.door [--runs N] [NAME …]

One processor for the server, the other for the people; throttles off; the store as it is shipped (synchronous=FULL).
CPU time is that of the whole server process, from /proc/PID/stat: receiving, judging, writing and delivering together.
Each figure is the median of the runs.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Coroutine
from itertools import count

import uvloop

from bench.server import Server, running
from veillee.cli.people import SENTENCES, Person, admit, connect, quantile, raise_file_limit

ROOM = "accueil"
Figures = dict[str, float]


def body(number: int) -> str:
    """An everyday sentence, never twice the same."""
    return f"{SENTENCES[number % len(SENTENCES)]} ({number})"


async def settle(people: list[Person], expected: int) -> int:
    """Wait until everybody got everything, at most ten seconds; answers what they got."""
    for _ in range(100):
        if (received := sum(person.received for person in people)) >= expected:
            return received
        await asyncio.sleep(0.1)
    return received


async def everybody_answered(people: list[Person], total: int) -> None:
    """Wait until each send has its answer, at most ten seconds."""
    for _ in range(100):
        if sum(len(person.acks) for person in people) >= total:
            return
        await asyncio.sleep(0.1)


async def paced(server: Server, people: list[Person], rate: int, seconds: float) -> Figures:
    """Everybody speaks in turn, `rate` messages a second in all."""
    for person in people:
        person.forget()
    loop = asyncio.get_running_loop()
    total = int(rate * seconds)
    cpu, started, wall = server.cpu(), loop.time(), time.time_ns()
    for number in range(total):
        delay = started + number / rate - loop.time()
        if delay > 0:
            await asyncio.sleep(delay)
        people[number % len(people)].send(ROOM, f"p{wall}{number}", body(number))
    await everybody_answered(people, total)
    refused = sum(len(person.refusals) for person in people)
    expected = (total - refused) * len(people)
    received = await settle(people, expected)
    used = server.cpu() - cpu
    acks = [ack for person in people for ack in person.acks]
    return {
        "CPU µs per delivery": used / received * 1e6,
        "deliveries/s": received / (loop.time() - started),
        "ack p50 ms": quantile(acks, 0.5) * 1e3,
        "ack p99 ms": quantile(acks, 0.99) * 1e3,
        "lost": float(expected - received),
        "refused": float(refused),
    }


async def closed(server: Server, people: list[Person], seconds: float) -> Figures:
    """Everybody sends the next message as soon as the last one is acknowledged: as fast as the server goes."""
    for person in people:
        person.forget()
    numbers = count()
    wall = time.time_ns()
    loop = asyncio.get_running_loop()
    cpu, started = server.cpu(), loop.time()

    async def talk(person: Person) -> None:
        while loop.time() - started < seconds and not person.lost:
            number = next(numbers)
            person.send(ROOM, f"c{wall}{number}", body(number))
            await person.answered.wait()

    await asyncio.gather(*(talk(person) for person in people))
    elapsed = loop.time() - started
    acks = [ack for person in people for ack in person.acks]
    refused = sum(len(person.refusals) for person in people)
    expected = (len(acks) - refused) * len(people)
    received = await settle(people, expected)
    used = server.cpu() - cpu
    return {
        "messages/s": len(acks) / elapsed,
        "deliveries/s": received / elapsed,
        "CPU µs per delivery": used / received * 1e6,
        "ack p50 ms": quantile(acks, 0.5) * 1e3,
        "ack p99 ms": quantile(acks, 0.99) * 1e3,
        "lost": float(expected - received),
        "refused": float(refused),
    }


async def room_of(members: int, rate: int, seconds: float) -> Figures:
    """A room of so many, everybody speaking in turn."""
    with running() as server:
        people = await connect(server.port, await admit(server.port, members), [ROOM])
        await paced(server, people, rate, 1.0)
        figures = await paced(server, people, rate, seconds)
        for person in people:
            person.close()
        return figures


async def hundred_senders(seconds: float) -> Figures:
    """A hundred people in one room who never pause."""
    with running() as server:
        people = await connect(server.port, await admit(server.port, 100), [ROOM])
        await closed(server, people, 1.0)
        figures = await closed(server, people, seconds)
        for person in people:
            person.close()
        return figures


async def idle(connections: int) -> Figures:
    """Memory of people who are in a room and say nothing: all that the server holds for a guest, entering included."""
    with running() as server:
        rooms = server.rooms()
        warm = await connect(server.port, await admit(server.port, 20), rooms)
        before = server.memory()
        tokens = await admit(server.port, connections, first=20)
        people = await connect(server.port, tokens, rooms, first=20)
        await asyncio.sleep(2)
        after = server.memory()
        assert not any(person.lost for person in [*warm, *people])
        for person in [*warm, *people]:
            person.close()
        return {"KiB per idle connection": (after - before) / connections, "server MiB": after / 1024}


def scenarios(seconds: float) -> dict[str, Callable[[], Coroutine[None, None, Figures]]]:
    """Every scenario by name."""
    return {
        "room of 100, 300 messages/s": lambda: room_of(100, 300, seconds),
        "room of 1,000, 30 messages/s": lambda: room_of(1_000, 30, seconds),
        "100 senders, closed loop": lambda: hundred_senders(seconds),
        "2,000 idle connections": lambda: idle(2_000),
    }


def main() -> None:
    """Run what was asked for and print a table, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="beginnings of scenario names; all of them unless given")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0)
    given = parser.parse_args()
    raise_file_limit()
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    gc.disable()
    print(f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}\n")
    results: dict[str, Figures] = {}
    for name, scenario in scenarios(given.seconds).items():
        if given.names and not any(name.startswith(wanted) for wanted in given.names):
            continue
        runs = [uvloop.run(scenario()) for _ in range(given.runs)]
        results[name] = {figure: round(statistics.median(run[figure] for run in runs), 2) for figure in runs[0]}
        print(
            f"**{name}**: " + " · ".join(f"{figure} {value:g}" for figure, value in results[name].items()), flush=True
        )
    print("\n" + json.dumps(results, ensure_ascii=False))


if __name__ == "__main__":
    main()
