"""The engine: durable by its pragmas, grouped by its queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.stores import message, opened, with_room
from veillee.store import messages
from veillee.store.engine import GROUP_LIMIT, SqliteStore, connect
from veillee.store.port import StoreUnavailable, Tx, driver


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A file with a room in it."""
    async with opened("file", tmp_path) as made:
        assert isinstance(made, SqliteStore)
        await with_room(made)
        yield made


def test_every_connection_waits_for_the_disk(tmp_path: Path) -> None:
    """WAL with synchronous=FULL (2): a COMMIT returns after fdatasync."""
    db = connect(tmp_path / "x.db")
    try:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    finally:
        db.close()


async def test_what_waits_together_is_committed_together(tmp_path: Path) -> None:
    """A hundred writes submitted in one turn need far fewer commits than writes: the disk sets the rhythm."""
    async with opened("file", tmp_path) as store:
        await with_room(store)
        before = await store.read(_commits)
        await asyncio.gather(*(store.write(messages.append, message(n)) for n in range(200)))
        assert await store.read(_commits) - before < 200
        assert GROUP_LIMIT >= 200


def _commits(tx: Tx) -> int:
    """How many commits other connections have made, as SQLite counts them for this one."""
    return int(driver(tx).execute("PRAGMA data_version").fetchone()[0])


async def test_the_disk_being_full_is_said_and_loses_nothing_else(store: SqliteStore) -> None:
    """When the file may not grow, the write fails as StoreUnavailable; once it may, writing works again."""
    await store.write(_limit, 1)
    many = (store.write(messages.append, message(n, at=n)) for n in range(1_000, 3_000))
    outcomes = await asyncio.gather(*many, return_exceptions=True)
    assert any(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    await store.write(_limit, 1_000_000)
    appended = await store.write(messages.append, message(5))
    assert appended.s is not None
    stored = sum(not isinstance(outcome, BaseException) for outcome in outcomes) + 1
    events = await store.read(messages.events, "cafe", 0, 2**40, 5_000)
    assert [event.s for event in events] == list(range(1, stored + 1))


def _limit(tx: Tx, pages: int) -> None:
    raw = driver(tx)
    raw.execute(f"PRAGMA max_page_count={pages}")


async def test_closing_finishes_what_was_submitted(tmp_path: Path) -> None:
    """A write submitted before `close` is answered; one after it is refused."""
    async with opened("file", tmp_path) as store:
        await with_room(store)
        pending = asyncio.gather(*(store.write(messages.append, message(n)) for n in range(50)))
        await asyncio.gather(store.close(), pending)
        assert len(pending.result()) == 50
        with pytest.raises(StoreUnavailable):
            await store.write(messages.append, message(51))
