"""The measuring: disk, entries, connections, a room of a hundred, a crowd, messages. Each step fills in its figures."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from veillee.cli.bench_place import CROWD, ROOM, SMALL, Child, Unmeasurable
from veillee.cli.people import SENTENCES, Person, admit, connect, quantile, raise_file_limit
from veillee.cli.progress import Progress
from veillee.cli.sizing import Measured

BLOCK = 4096
SPARE_DESCRIPTORS = 200
LEAST_PEOPLE = 10
_numbers = count()


@dataclass(frozen=True, slots=True)
class Load:
    """How much: people in all, in the room, their messages a second and for how long, messages each at full speed."""

    people: int
    room: int
    rate: int
    crowd_rate: int
    seconds: float
    each: int
    syncs: int


QUICK = Load(people=300, room=100, rate=60, crowd_rate=20, seconds=2.0, each=8, syncs=50)
FULL = Load(people=1_000, room=100, rate=60, crowd_rate=20, seconds=8.0, each=10, syncs=300)
STEPS = ("disk", "start", "entry", "room", "crowd", "messages")


def within_descriptors(load: Load) -> tuple[Load, int]:
    """The load as this process may carry it, and the descriptors that a process may have at most.

    Raises `Unmeasurable` where not even a handful fits.
    """
    raise_file_limit(load.people + SPARE_DESCRIPTORS)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    people = min(load.people, soft - SPARE_DESCRIPTORS)
    if people < LEAST_PEOPLE:
        raise Unmeasurable("descriptors", str(soft))
    allowed = hard if hard > 0 else 1_000_000
    return replace(load, people=people, room=min(load.room, people)), allowed


def syncs(folder: Path, times: int) -> list[float]:
    """Seconds that the disk under a folder takes to keep a block, each time."""
    took = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(times):
            file.write(os.urandom(BLOCK))
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - started)
    return took


def memory_available(group: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes that programs may still take without swapping; in a container, within what it was given (`group`)."""
    free = None
    with contextlib.suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) * 1024
    if free is None:
        raise Unmeasurable("proc")
    with contextlib.suppress(OSError, ValueError):  # no limit reads `max`
        given = int((group / "memory.max").read_text()) - int((group / "memory.current").read_text())
        return max(0, min(free, given))
    return free


def on_memory(folder: Path) -> bool:
    """Whether the folder lies in memory (tmpfs): its disk times say nothing."""
    best = ("", "")
    with contextlib.suppress(OSError):
        for line in Path("/proc/mounts").read_text().splitlines():
            _, where, kind, *_ = line.split()
            if str(folder.resolve()).startswith(where) and len(where) > len(best[0]):
                best = (where, kind)
    return best[1] in ("tmpfs", "ramfs")


async def measure(child: Child, load: Load, disk: Sequence[float], descriptors: int, progress: Progress) -> Measured:
    """Everything but the disk, whose times are given; `progress` goes through the steps from `entry` on."""
    progress.step()
    loop = asyncio.get_running_loop()
    cpu, started, before = child.cpu(), loop.time(), child.memory()
    tokens = await admit(child.port, load.people)
    entries = load.people / (loop.time() - started)
    entry_cpu = (child.cpu() - cpu) / load.people
    people = await connect(child.port, tokens, [CROWD])
    try:
        connection_memory = max(1, (child.memory() - before) // load.people)
        progress.step()
        speakers = people[: load.room]
        await _join(speakers, [ROOM])
        room = await paced(child, speakers, ROOM, load.rate, load.seconds)
        progress.step()
        crowd = await paced(child, people, CROWD, load.crowd_rate, load.seconds)
        progress.step()
        await _join(people, SMALL)
        full = await everybody(child, people, SMALL, load.each)
    finally:
        for person in people:
            person.close()
    message_cpu, delivery_cpu = costs(room, crowd, full)
    return Measured(
        processors=os.cpu_count() or 1, descriptors=descriptors, memory=memory_available(), people=len(people),
        entries=entries, entry_cpu=entry_cpu, message_cpu=message_cpu, delivery_cpu=delivery_cpu,
        messages=full.messages / full.seconds, answer_p99=max(room.p99, crowd.p99),
        connection_memory=connection_memory, sync=quantile(disk, 0.5), sync_p99=quantile(disk, 0.99),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: how many people heard each of how many messages (one at least), CPU seconds of the server, how long it
    took, how long 99 of 100 answers took."""

    people: int
    messages: int
    cpu: float
    seconds: float
    p99: float


def costs(room: Pass, crowd: Pass, full: Pass) -> tuple[float, float]:
    """CPU of one message without deliveries, and of one delivery.

    Two rooms of different size at an even pace tell what one listener more costs; a busy pass in small rooms then tells
    what is left for the message itself. Where the two rooms are alike, or the clock's ticks leave nothing to tell
    apart, half of a message's cost is taken for deliveries.
    """
    one, other = room.cpu / room.messages, crowd.cpu / crowd.messages
    if crowd.people > room.people and other > one:
        delivery = (other - one) / (crowd.people - room.people)
    else:
        delivery = one / 2 / max(1, room.people)
    whole = full.cpu / full.messages
    return max(whole - full.people * delivery, whole / 10), delivery


async def paced(child: Child, people: Sequence[Person], room: str, rate: int, seconds: float) -> Pass:
    """Everybody speaks in turn, `rate` messages a second in all."""
    _forget(people)
    loop = asyncio.get_running_loop()
    cpu, started, total = child.cpu(), loop.time(), max(1, int(rate * seconds))
    for number in range(total):
        if (delay := started + number / rate - loop.time()) > 0:
            await asyncio.sleep(delay)
        _say(people[number % len(people)], room)
    acks = await _answered(people, total)
    await _heard(people, (total - _refused(people)) * len(people))
    return Pass(len(people), total, child.cpu() - cpu, loop.time() - started, quantile(acks, 0.99))


async def everybody(child: Child, people: Sequence[Person], rooms: Sequence[str], each: int) -> Pass:
    """Everybody sends the next message as soon as the last one is answered, in small rooms."""
    _forget(people)
    loop = asyncio.get_running_loop()
    cpu, started = child.cpu(), loop.time()

    async def talk(index: int, person: Person) -> None:
        for _ in range(each):
            if person.lost:
                raise Unmeasurable("gone")
            _say(person, rooms[index % len(rooms)])
            await person.answered.wait()

    await asyncio.gather(*(talk(index, person) for index, person in enumerate(people)))
    seconds = loop.time() - started
    acks = [ack for person in people for ack in person.acks]
    told = len(acks) - _refused(people)
    return Pass(max(1, len(people) // len(rooms)), max(1, told), child.cpu() - cpu, seconds, quantile(acks, 0.99))


def _say(person: Person, room: str) -> None:
    number = next(_numbers)
    person.send(room, f"b{time.time_ns()}{number}", f"{SENTENCES[number % len(SENTENCES)]} ({number})")


async def _join(people: Sequence[Person], rooms: Sequence[str]) -> None:
    await asyncio.gather(*(person.ask("join", r=rooms[index % len(rooms)]) for index, person in enumerate(people)))


def _forget(people: Sequence[Person]) -> None:
    for person in people:
        person.forget()


def _refused(people: Sequence[Person]) -> int:
    return sum(len(person.refusals) for person in people)


async def _answered(people: Sequence[Person], total: int) -> list[float]:
    for _ in range(300):
        if any(person.lost for person in people):
            raise Unmeasurable("gone")
        acks = [ack for person in people for ack in person.acks]
        if len(acks) >= total:
            return acks
        await asyncio.sleep(0.05)
    raise Unmeasurable("silent")


async def _heard(people: Sequence[Person], expected: int) -> None:
    for _ in range(200):
        if sum(person.received for person in people) >= expected:
            return
        await asyncio.sleep(0.05)
    raise Unmeasurable("silent")
