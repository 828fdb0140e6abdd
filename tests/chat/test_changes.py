"""What other processes changed, heard of by whoever must know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio
from sqlalchemy import Delete, Insert, delete, insert

from tests.doubles import FakeClock
from tests.live import until
from tests.stores import opened
from veillee.chat.changes import Changes
from veillee.model.event import Changed
from veillee.model.room import Room
from veillee.store import changes as rows
from veillee.store import rooms
from veillee.store.port import Tx
from veillee.store.shared import SharedStore
from veillee.store.tables.processes import changes as table

ONE, OTHER = "a" * 16, "b" * 16


@dataclass
class Two:
    """Two processes on one store; `heard` is what the second looked up."""

    one: SharedStore
    other: SharedStore
    changes: Changes
    heard: list[str] = field(default_factory=list)

    async def hear(self, change: Changed) -> None:
        """Look it up."""
        self.heard.append(change.subject)

    async def change(self, slug: str) -> None:
        """The first process changes something."""
        await self.one.write(rooms.add, Room(slug, "e1", slug))


def _run(tx: Tx, statement: Delete | Insert) -> None:
    tx.execute(statement)


@pytest_asyncio.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    """The second one listens to rooms."""
    async with opened("file", tmp_path) as store:
        one, other = SharedStore(store, ONE, FakeClock()), SharedStore(store, OTHER, FakeClock())
        made = Two(one, other, Changes(other, OTHER))
        made.changes.on("room", made.hear)
        yield made


async def test_a_change_is_looked_up_once(two: Two) -> None:
    """In order, and not again; one's own are not."""
    await two.changes.start()
    await two.change("a")
    await two.change("b")
    await two.other.write(rooms.add, Room("mine", "e1", "Mine"))
    assert await two.changes.look() == 2
    assert await two.changes.look() == 0
    await two.change("c")
    assert await two.changes.look() == 1
    assert two.heard == ["a", "b", "c"]


async def test_a_commit_that_comes_late_is_not_missed(two: Two) -> None:
    """On PostgreSQL a transaction may end after one with a higher id: its changes are found all the same."""
    await two.changes.start()
    await two.change("a")
    await two.change("late")
    late = (await two.other.read(rows.since, 1, OTHER))[0]
    await two.one.write(_run, delete(table).where(table.c.id == late.id))
    await two.change("c")
    await two.changes.look()
    values = {"id": late.id, "at": 0, "kind": "room", "subject": "late", "data": {}, "node": ONE}
    await two.one.write(_run, insert(table).values(values))
    await two.changes.look()
    assert two.heard == ["a", "c", "late"]


async def test_a_handler_that_fails_stops_nobody(two: Two) -> None:
    """The others are called, and so are those of the next change."""

    async def broken(change: Changed) -> None:
        raise RuntimeError("handler")

    two.changes.on("room", broken)
    two.changes.on("room", two.hear)
    await two.change("a")
    await two.change("b")
    await two.changes.look()
    assert two.heard == ["a", "a", "b", "b"]


async def test_the_bus_rings_for_what_happened_elsewhere(two: Two) -> None:
    """Told by the bus, it is looked up at once; otherwise at the next look, half a second later at most."""
    await two.changes.start()
    task = asyncio.create_task(two.changes.run())
    await two.change("a")
    two.changes.hear([Changed("room", "a", {}, ONE)])
    await until(lambda: two.heard == ["a"])
    await two.change("b")
    await until(lambda: two.heard == ["a", "b"])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
