"""The live door is tested on the event loop it runs on: uvloop, in a house on a free port, of each kind in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
import uvloop

from tests.live import Live, living


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """As in production."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(params=["memory", "scaled"])
def kind(request: pytest.FixtureRequest) -> str:
    """What a house stands on: all in memory, then PostgreSQL and Valkey."""
    return str(request.param)


@pytest_asyncio.fixture
async def live(tmp_path: Path, kind: str) -> AsyncIterator[Live]:
    """A running house."""
    async with living(tmp_path, kind) as running:
        yield running
