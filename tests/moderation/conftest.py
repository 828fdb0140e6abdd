"""The house that the tests of moderation share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.moderation.house import House, build


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A real house over a SQLite file, closed afterwards."""
    built = await build(tmp_path)
    yield built
    await built.store.close()
