"""A connection that is kept, through the death and the silence of its server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.live import until
from tests.valkey import own_valkey
from veillee.bus.line import Line
from veillee.bus.port import BusAway
from veillee.bus.wire import Address


@asynccontextmanager
async def kept(url: str, ups: list[None]) -> AsyncIterator[Line]:
    """A line that runs."""
    line = Line(Address.parse(url), ("channel",), lambda packet: None, lambda: ups.append(None))
    task = asyncio.create_task(line.run())
    try:
        yield line
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_it_comes_back_by_itself() -> None:
    """Killed and started again: away in between, and up again each time, which is told."""
    ups: list[None] = []
    with own_valkey() as server:
        async with kept(server.url, ups) as line:
            await until(lambda: line.connected)
            server.kill()
            await until(lambda: not line.connected)
            with pytest.raises(BusAway):
                await line.call("PING")
            assert not line.tell("PING")
            server.start()
            await until(lambda: line.connected)
            assert await line.call("PING") == b"PONG"
            assert len(ups) == 2
            assert line.reconnects == 1
            assert sum(line.answers.counts) >= 2


async def test_a_silent_server_is_away() -> None:
    """Connections stay open and nobody answers, as on a cut cable: within seconds the line knows."""
    ups: list[None] = []
    with own_valkey() as server:
        async with kept(server.url, ups) as line:
            await until(lambda: line.connected)
            server.freeze(True)
            asked = line.call("PING")
            await until(lambda: not line.connected)
            with pytest.raises(BusAway):
                await asked
            server.freeze(False)
            await until(lambda: len(ups) == 2)


async def test_it_waits_for_a_server_that_is_not_there_yet() -> None:
    """A process may start before its Valkey."""
    ups: list[None] = []
    with own_valkey() as server:
        server.kill()
        async with kept(server.url, ups) as line:
            with pytest.raises(BusAway):
                line.call("PING")
            server.start()
            await until(lambda: line.connected)
