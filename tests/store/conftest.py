"""A store for the verbs' tests, on a SQLite file and on PostgreSQL: migrated, with one room and one guest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.doubles import START
from tests.stores import LASTING, opened, with_room
from veillee.model.guest import Guest
from veillee.store import guests
from veillee.store.port import Store

LUNE = Guest("G1", "d-G1", "Lune42", "lune42", START)


@pytest_asyncio.fixture(params=LASTING)
async def bare(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of each kind that lasts, closed after the test."""
    async with opened(request.param, tmp_path) as store:
        yield store


@pytest_asyncio.fixture
async def store(bare: Store) -> Store:
    """The same with the room `cafe` and the guest `LUNE`."""
    await with_room(bare)
    await bare.write(guests.add, LUNE, "token", "phrase")
    return bare
