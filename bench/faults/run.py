"""One fault in the middle of talk: what people noticed of it, how soon they were back, what went wrong."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from bench.faults.checks import whole_history, wrong
from bench.faults.people import Address, Crowd, Regular
from veillee.cli.people import quantile

LAG_S = 1.0
"""What somebody saw so long ago, everybody connected should see."""
PATIENCE_S = 60.0


class Scene(Protocol):
    """Where people talk: `addresses` to connect to, `url` for HTTP."""

    @property
    def addresses(self) -> Sequence[Address]: ...

    @property
    def url(self) -> str: ...

    @property
    def rooms(self) -> Sequence[str]: ...


S = TypeVar("S", bound=Scene)


@dataclass
class Outcome:
    """What a fault did. `backs` has, for each person who was without service, the seconds of the longest
    spell; `agreed` is how long after the fault somebody connected still lacked
    what another had seen a second before. `lasted` are the seconds from the fault to its end."""

    name: str
    people: int
    acknowledged: int
    lasted: float
    backs: list[float]
    agreed: float
    closes: Counter[int]
    wrong: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Seconds within which this share of those who were without service had it again."""
        return quantile(self.backs, share)


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds: between two sentences of one person, of talk before the fault and after it; every how many sentences
    one is forbidden."""

    every: float = 2.0
    before: float = 4.0
    after: float = 4.0
    forbidden: int = 10


async def under(
    place: S, people: Sequence[Regular], name: str, inject: Callable[[S], Awaitable[None]], tempo: Tempo
) -> Outcome:
    """Let everybody talk, inject the fault, wait until all are back (a minute at most), and look at everything."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    crowd = Crowd(tempo.every, tempo.forbidden)
    living = [asyncio.create_task(person.live(place.addresses, crowd)) for person in people]
    watch = Watch(people)
    watching = asyncio.create_task(watch.run())
    try:
        await _until(lambda: _back(people, began))
        await asyncio.sleep(tempo.before)
        said, closed = crowd.acknowledged, _closes(people)
        for person in people:
            person.spells.clear()
        fault = loop.time()
        await inject(place)
        mended = loop.time()
        await _until(lambda: _back(people, mended))
        await asyncio.sleep(tempo.after)
        crowd.silent = True
        stuck = [] if await _until(lambda: _settled(people)) else _stuck(people)
        acknowledged, agreed = crowd.acknowledged - said, max(0.0, watch.lagged - fault - LAG_S)
    finally:
        crowd.over = True
        for task in (watching, *living):
            task.cancel()
        ended = await asyncio.gather(watching, *living, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome
    histories = {room: await whole_history(place.url, room) for room in place.rooms}
    return Outcome(
        name, len(people), acknowledged, mended - fault,
        [max(spell.back - spell.lost for spell in person.spells) for person in people if person.spells],
        agreed, _closes(people) - closed, stuck + wrong(histories, people),
    )  # fmt: skip


class Watch:
    """Looks ten times a second whether everybody connected has what anybody had a second ago."""

    def __init__(self, people: Sequence[Regular]) -> None:
        self._people = people
        self.lagged = 0.0

    async def run(self) -> None:
        """Look until cancelled; `lagged` is when somebody did not (loop time)."""
        loop = asyncio.get_running_loop()
        heads: list[dict[str, int]] = []
        while True:
            head: dict[str, int] = {}
            for person in self._people:
                head[person.room] = max(head.get(person.room, 0), person.last)
            heads.append(head)
            if len(heads) > LAG_S * 10:
                due = heads.pop(0)
                if any(person.connected and person.last < due[person.room] for person in self._people):
                    self.lagged = loop.time()
            await asyncio.sleep(0.1)


async def _until(holds: Callable[[], bool]) -> bool:
    """Wait for it, a minute at most; answers whether it came."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    while not holds():
        if loop.time() > until:
            return False
        await asyncio.sleep(0.02)
    return True


def _back(people: Sequence[Regular], since: float) -> bool:
    """Whether everybody is connected and was answered after `since`."""
    return all(person.connected and person.answered_at > since for person in people)


def _settled(people: Sequence[Regular]) -> bool:
    """Whether everything said is answered, and everybody in a room has seen the same, up to the newest."""
    heads: dict[str, set[int]] = {}
    told: dict[str, int] = {}
    for person in people:
        heads.setdefault(person.room, set()).add(person.last)
        told[person.room] = max([told.get(person.room, 0), *(s for _, s in person.acknowledged.values())])
    answered = all(person.connected and person.quiet for person in people)
    return answered and all(len(seen) == 1 and min(seen) >= told[room] for room, seen in heads.items())


def _stuck(people: Sequence[Regular]) -> list[str]:
    """Who did not come back or catch up, and what they were told last."""
    heads = {room: max(person.last for person in people if person.room == room) for room in {p.room for p in people}}
    return [
        f"{person.name}: not served again (connected: {person.connected}, at {person.last} of {heads[person.room]}, "
        f"unanswered: {not person.quiet}, last told {person.refusal})"
        for person in people
        if not (person.connected and person.quiet and person.last == heads[person.room])
    ]  # fmt: skip


def _closes(people: Sequence[Regular]) -> Counter[int]:
    return sum((person.closes for person in people), Counter())
