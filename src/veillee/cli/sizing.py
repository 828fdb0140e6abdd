"""From what was measured to how many people a machine carries: arithmetic, nothing else.

The model: everybody sends one message a minute. A message costs its judging and writing once, and a delivery for each
person in the room. One process uses one processor. Of each resource a share stays free, so that an evening twice as
lively as the average is no accident.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Limit = Literal["processor", "disk", "descriptors", "memory"]

SECONDS_A_MESSAGE = 60
"""Everybody says something once a minute: a lively evening."""
ROOM = 100
"""People in the room of the verdict."""
PROCESSOR_SHARE = 0.6
DISK_SHARE = 0.5
DESCRIPTOR_SHARE = 0.9
MEMORY_SHARE = 0.7
OWN_DESCRIPTORS = 100
"""What the process needs beside connections: files, the listener, threads."""
SLOW_COMMIT_S = 0.02
SLOW_ANSWER_S = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """What `veillee bench` found. CPU in seconds of the server per unit, memory in bytes, times in seconds.

    `people` took part. `message_cpu` is one message without its deliveries, `delivery_cpu` one delivery; `messages`
    were acknowledged a second at full load, `answer_p99` is the wait for an answer at an even pace. `descriptors` is
    what a process may have at most, `memory` what programs may still take.
    """

    processors: int
    descriptors: int
    memory: int
    people: int
    entries: float
    entry_cpu: float
    message_cpu: float
    delivery_cpu: float
    messages: float
    answer_p99: float
    connection_memory: int
    sync: float
    sync_p99: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`people` at once in rooms of 100 by one process, `crowd` in one room alone; `rate` messages a second with so
    many people; `limit` what ends first, `limits` people by each resource; `remedies` keys of what to do, the most
    useful first; `several` people with as many processes as processors."""

    people: int
    crowd: int
    rate: float
    margin: float
    limit: Limit
    limits: dict[Limit, int]
    remedies: tuple[str, ...]
    several: int

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def size(measured: Measured) -> Verdict:
    """The verdict on what was measured."""
    limits: dict[Limit, int] = {
        "processor": _people(PROCESSOR_SHARE, measured.message_cpu + ROOM * measured.delivery_cpu),
        "disk": int(DISK_SHARE * measured.messages * SECONDS_A_MESSAGE),
        "descriptors": max(0, int((measured.descriptors - OWN_DESCRIPTORS) * DESCRIPTOR_SHARE)),
        "memory": int(measured.memory * MEMORY_SHARE / max(1, measured.connection_memory)),
    }
    limit = min(limits, key=lambda each: limits[each])
    people = rounded(limits[limit])
    return Verdict(
        people=people,
        crowd=rounded(min(_crowd(measured), limits["descriptors"], limits["memory"])),
        rate=round(people / SECONDS_A_MESSAGE, 1),
        margin={
            "processor": 1 - PROCESSOR_SHARE,
            "disk": 1 - DISK_SHARE,
            "descriptors": 1 - DESCRIPTOR_SHARE,
            "memory": 1 - MEMORY_SHARE,
        }[limit],
        limit=limit,
        limits=limits,
        remedies=_remedies(measured, limit),
        several=rounded(_several(measured, limits)),
    )


def rounded(people: int) -> int:
    """Two leading digits, downwards: a forecast is not more exact than that."""
    scale = int(10 ** max(0, len(str(people)) - 2))
    return people // scale * scale


def _people(share: float, cpu_a_message: float) -> int:
    return int(share * SECONDS_A_MESSAGE / max(cpu_a_message, 1e-9))


def _crowd(measured: Measured) -> int:
    """The largest single room: n people, n / 60 messages a second, n deliveries each."""
    low, high = 0, 10_000_000
    while low < high:
        middle = (low + high + 1) // 2
        used = middle / SECONDS_A_MESSAGE * (measured.message_cpu + middle * measured.delivery_cpu)
        low, high = (middle, high) if used <= PROCESSOR_SHARE else (low, middle - 1)
    return low


def _several(measured: Measured, limits: dict[Limit, int]) -> int:
    """One process for each processor but one, which is left to database and proxy; disk and memory are shared."""
    processes = max(1, measured.processors - 1)
    return min(limits["disk"], limits["memory"], processes * min(limits["processor"], limits["descriptors"]))


def _remedies(measured: Measured, limit: Limit) -> tuple[str, ...]:
    found: list[str] = []
    if limit == "descriptors":
        found.append("descriptors")
    if limit == "memory":
        found.append("memory")
    if limit == "disk" or measured.sync_p99 > SLOW_COMMIT_S:
        found.append("disk")
    if limit == "processor":
        found.append("scale_out" if measured.processors > 1 else "processor")
    if measured.answer_p99 > SLOW_ANSWER_S and "disk" not in found:
        found.append("slow_answers")
    found.append("proxy")
    return tuple(found)
