"""Erasing while the house runs."""

from __future__ import annotations

import asyncio
import contextlib

from tests.doubles import START
from tests.postgres import database
from veillee.accountability.erasing import Erasing
from veillee.model.clock import DAY
from veillee.model.guest import Guest
from veillee.store import guests, partitions
from veillee.store.engine import SqliteStore
from veillee.store.postgres import PostgresStore


async def test_it_erases_at_once_and_goes_on() -> None:
    """The first pass comes with the start, not an hour later."""
    store = SqliteStore(None)
    await store.write(guests.add, Guest("01G", "d", "Ombre", "ombre", 0), "t", None)
    erasing = Erasing(store, lambda: 400 * DAY)
    task = asyncio.create_task(erasing.run())
    await asyncio.sleep(0)
    assert await erasing.once() == {}  # written after the first pass, which left nothing
    assert await store.read(guests.get, "01G") is None
    assert not task.done()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await store.close()


async def test_it_looks_after_the_months() -> None:
    """On PostgreSQL the partitions of this month and the next are there after the first pass."""
    async with database() as url:
        store = PostgresStore(url)
        assert await Erasing(store, lambda: START).once() == {}
        assert await store.read(partitions.months) == [(2026, 11), (2026, 12)]
        await store.close()


async def test_a_store_that_cannot_write_is_asked_again() -> None:
    """A full disk does not end the erasing."""
    store = SqliteStore(None)
    await store.close()
    task = asyncio.create_task(Erasing(store, lambda: 0).run())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
