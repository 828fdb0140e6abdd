"""A store for the verbs' tests: a real file, migrated, with one room and one guest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doubles import START
from tests.stores import opened, with_room
from veillee.model.guest import Guest
from veillee.store import guests
from veillee.store.engine import SqliteStore

LUNE = Guest("G1", "d-G1", "Lune42", "lune42", START)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """The store, closed after the test."""
    async with opened("file", tmp_path) as store:
        await with_room(store)
        await store.write(guests.add, LUNE, "token", "phrase")
        yield store
