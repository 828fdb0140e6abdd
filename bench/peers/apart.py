"""Judging and storing without a door: python -m bench.peers.apart [--rooms 100] [--members 10] [--rate 200].

The same messages at the same pace go straight into `chat.messages.post`: access, judging with the full packs and its
memory, the commit (`synchronous=FULL`), but nobody is connected and nothing is delivered. They come in rounds, as the
live door reads them (`gateway/rhythm`), so that as many share a commit here as there. CPU is that of the whole process,
the store's thread included, less what the pacing itself costs. What the live door costs is the whole server's CPU on
the same work less this. Prints JSON: microseconds of CPU per message, `judging_us` of them within the engine, and
how many messages a commit carried.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop

from bench.peers.ours import pseudonyms
from bench.peers.running import SERVER_CPU, bound
from bench.peers.texts import texts
from veillee.automod.engine import Engine
from veillee.chat import guests, messages, throttle
from veillee.chat.guests import Entry
from veillee.gateway.rhythm import Rhythm
from veillee.model.guest import Guest
from veillee.model.message import Draft
from veillee.model.room import Room
from veillee.model.verdict import Facts, Verdict
from veillee.settings import Settings
from veillee.wiring.community import build_community


class Timed:
    """The engine, with the CPU seconds spent in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.spent = 0.0

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> tuple[Verdict, Any]:
        """As the engine does."""
        began = time.thread_time()
        try:
            return self._engine.screen(facts, state, ticks, budget_s)
        finally:
            self.spent += time.thread_time() - began


async def paced(total: int, rate: float, post: Callable[[int], Awaitable[object]]) -> float:
    """Call `post(number)`, so many times a second, those of a round together; answers the CPU seconds used."""
    loop, rhythm = asyncio.get_running_loop(), Rhythm()
    posts: list[Awaitable[object]] = []
    began, cpu = loop.time(), time.process_time()
    while len(posts) < total:
        await asyncio.sleep(max(0.0, began + len(posts) / rate - loop.time()))
        await asyncio.sleep(rhythm.pause(loop.time()))
        now = loop.time()
        due = range(len(posts), min(total, int((now - began) * rate) + 1))
        rhythm.began(now, len(due))
        posts += [asyncio.ensure_future(post(number)) for number in due]
    await asyncio.gather(*posts)
    return time.process_time() - cpu


async def measure(rooms: int, members: int, rate: float, seconds: float) -> dict[str, float]:
    """The figures, as printed."""
    for module in (messages, guests):
        for pace in ("SPEAKING", "ENTERING"):
            setattr(module, pace, throttle.Pace(burst=1_000_000, every_ms=1))
    timers: list[Timed] = []

    def timed(engine: Engine) -> Timed:
        timers.append(Timed(engine))
        return timers[-1]

    with tempfile.TemporaryDirectory(prefix="apart-") as folder:
        community = await build_community(Settings(Path(folder)), screener=timed)
        for number in range(rooms):
            await community.rooms.create(Room(f"r{number}", f"e{number}", f"Salon {number}"))
        people: list[Guest] = []
        for number, name in enumerate(pseudonyms(rooms * members)):
            entered = await community.guests.enter(Entry(name, True, f"{number:040x}", age=34))
            await community.members.join(entered.guest, f"r{number % rooms}")
            people.append(entered.guest)
        said = texts()
        base = 0

        async def post(number: int) -> object:
            at = base + number
            draft = Draft(f"r{at % rooms}", f"k{at}", f"{said[at % len(said)]} ~{at:07d}")
            return await community.messages.post(people[at % len(people)], draft)

        async def nothing(number: int) -> object:
            return number

        base = int(rate)
        await paced(base, rate, post)  # warm
        base *= 2
        total = int(rate * seconds)
        judged, groups = sum(timer.spent for timer in timers), community.store.pulse.groups
        written, commits = groups.total, sum(groups.counts)
        used = await paced(total, rate, post)
        judged = sum(timer.spent for timer in timers) - judged
        together = (groups.total - written) / max(1, sum(groups.counts) - commits)
        pacing = await paced(total, rate, nothing)
        await community.store.close()
    return {
        "messages": total,
        "cpu_us": (used - pacing) / total * 1e6,
        "judging_us": judged / total * 1e6,
        "pacing_us": pacing / total * 1e6,
        "a_commit": together,
    }


def apart(options: dict[str, Any], seconds: float, repeat: int) -> dict[str, float]:
    """The same in a process of its own on the server's processor, for a load's options; medians of some runs."""
    members = options["conns"] // options["rooms"]
    command = [
        *bound(SERVER_CPU), sys.executable, "-m", "bench.peers.apart", "--rooms", str(options["rooms"]),
        "--members", str(members), "--rate", str(options["rate"]), "--seconds", str(seconds),
    ]  # fmt: skip
    runs = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(repeat)]
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--members", type=int, default=10)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    given = parser.parse_args()
    print(json.dumps(uvloop.run(measure(given.rooms, given.members, given.rate, given.seconds))))


if __name__ == "__main__":
    main()
