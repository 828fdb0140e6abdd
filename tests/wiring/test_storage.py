"""Which store an instance has."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.postgres import database
from veillee.model.room import Room
from veillee.settings import Settings, Storing
from veillee.store import rooms
from veillee.store.engine import SqliteStore
from veillee.store.port import StoreUnavailable
from veillee.store.postgres import PostgresStore
from veillee.wiring.storage import open_store


async def test_a_file_unless_something_else_is_said(tmp_path: Path) -> None:
    """At the present schema, readable by its owner only."""
    store = await open_store(Settings(tmp_path))
    assert isinstance(store, SqliteStore)
    assert await store.read(rooms.all_rooms) == []
    assert stat.S_IMODE((tmp_path / "veillee.db").stat().st_mode) == 0o600
    await store.close()


async def test_memory_leaves_no_file(tmp_path: Path) -> None:
    """Nothing is kept."""
    store = await open_store(Settings(tmp_path, store=Storing(":memory:")))
    assert await store.write(rooms.add, Room("cafe", "e1", "Café"))
    await store.close()
    assert list(tmp_path.iterdir()) == []


async def test_the_address_of_a_database_is_followed(tmp_path: Path) -> None:
    """Under both spellings of its scheme: migrated, and no file beside it. What one opening wrote the next finds."""
    async with database(empty=True) as url:
        for spelling, added in ((url, True), (url.replace("postgresql://", "postgres://"), False)):
            store = await open_store(Settings(tmp_path, store=Storing(url=spelling)))
            assert isinstance(store, PostgresStore)
            assert await store.write(rooms.add, Room("cafe", "e1", "Café")) is added
            await store.close()
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    """In one clause without the address."""
    away = Settings(tmp_path, store=Storing(url="postgresql://u:secret@127.0.0.1:1/d"))
    with pytest.raises(StoreUnavailable, match="the database cannot be reached: connection refused") as refusal:
        await open_store(away)
    assert "secret" not in str(refusal.value)
