"""The one port and the clockwork."""

from __future__ import annotations

import signal
import threading

import httpx
import pytest

from tests.live import Live, until
from veillee.gateway.server import COUNTS_EVERY, SEEN_EVERY, listen


async def test_one_port_serves_both_doors(live: Live) -> None:
    """HTTP and WebSocket."""
    assert (await live.http.get("/healthz")).json() == {"ok": True}
    assert (await live.connect()).socket.subprotocol == "veillee.v1"


async def test_the_clockwork_announces_counts_and_remembers_who_is_here(live: Live) -> None:
    """Counts every other second, who is here every five minutes."""
    lune = await live.talker("Lune42")
    clockwork = live.house.live.clockwork
    await clockwork.tick(COUNTS_EVERY + 1)
    assert [event for event in await lune.settled() if event["e"] == "count"] == []
    await clockwork.tick(SEEN_EVERY)
    assert (await lune.event("count"))["d"] == {"count": None}


async def test_nobody_can_name_their_own_address(live: Live) -> None:
    """uvicorn believes no `X-Forwarded-For` by itself: only listed proxies are believed, and only by us."""
    assert live.server.config.proxy_headers is False


async def test_ending_closes_open_connections_and_streams(live: Live) -> None:
    """Nobody is waited for once everybody has answered."""
    lune = await live.talker("Lune42")
    token = await live.enter("Renard7")
    async with live.http.stream("GET", "/sse", params={"tok": token}) as stream:
        lines = stream.aiter_lines()
        assert "open" in await anext(lines)
        live.server.should_exit = True
        rest = [line async for line in lines]
        assert '"code":4001' in "".join(rest)
    assert await lune.closed() == 4001
    async with httpx.AsyncClient() as later:
        with pytest.raises(httpx.ConnectError):
            await later.get(f"http://127.0.0.1:{live.port}/healthz")


async def test_a_server_at_rest_is_left_alone(live: Live) -> None:
    """It is told to end, instead of looking ten times a second whether it should; told from another thread, it looks
    within a second."""
    await live.http.get("/healthz")
    live.server.should_exit = False
    assert not live.server.should_exit
    assert live.server.server_state.default_headers[0][0] == b"date"
    threading.Thread(target=live.server.handle_exit, args=(signal.SIGTERM, None)).start()
    await until(lambda: live.server.should_exit)


def test_an_address_in_use_is_an_error_at_once() -> None:
    """Before anything is built on it."""
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])
