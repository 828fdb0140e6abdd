"""The listener for figures: one path, for whoever is listed, whatever else is thrown at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from veillee.gateway.server import listen
from veillee.web.scrape import AT_ONCE, BadNetwork, Scrape, networks

LOOPBACK = networks(["127.0.0.1"])


async def figures() -> bytes:
    """Something to show."""
    return b"veillee_rooms 3\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A listener for this machine alone."""
    listener = listen("127.0.0.1", 0)
    async with Scrape(figures, LOOPBACK).listening(listener):
        yield listener.getsockname()[1]


async def raw(port: int, request: bytes) -> bytes:
    """What comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 8)
    writer.close()
    return answer


async def test_prometheus_gets_its_text(port: int) -> None:
    """With the content type it asks for, and nothing to cache."""
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/metrics")
    assert (answer.status_code, answer.content) == (200, b"veillee_rooms 3\n")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /metrics?x=1 HTTP/1.1", b"200"), (b"GET / HTTP/1.1", b"404"), (b"GET /metrics/x HTTP/1.1", b"404"),
        (b"POST /metrics HTTP/1.1", b"405"), (b"\xff\xfe HTTP/1.1", b"404"), (b"GET", b"404"),
    ],
)  # fmt: skip
async def test_there_is_one_path(port: int, request_line: bytes, status: bytes) -> None:
    """Anything else is told so."""
    answer = await raw(port, request_line + b"\r\nHost: x\r\n\r\n")
    assert answer.split()[1] == status


async def test_head_has_no_body(port: int) -> None:
    """The head alone, with the length."""
    answer = await raw(port, b"HEAD /metrics HTTP/1.1\r\n\r\n")
    assert b"Content-Length: 16" in answer
    assert answer.endswith(b"\r\n\r\n")


async def test_a_request_that_never_ends_is_dropped(port: int) -> None:
    """Beyond 8 KiB without an end of its head the connection is closed, and the next one is served."""
    assert await raw(port, b"GET /metrics HTTP/1.1\r\nX: " + b"a" * 20_000) == b""
    assert b"veillee_rooms" in await raw(port, b"GET /metrics HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize(
    ("peer", "allowed"),
    [("10.1.2.3", True), ("10.2.0.1", False), ("::1", True), ("::ffff:10.1.0.9", True), ("fe80::1%eth0", False),
     ("", False), ("nonsense", False)],
)  # fmt: skip
async def test_only_the_listed_may_read(peer: str, allowed: bool) -> None:
    """By address or network, also where IPv4 comes in IPv6; 403 for everybody else."""
    scrape = Scrape(figures, networks(["10.1.0.0/16", "::1"]))
    status, body = await scrape.answer(peer, b"GET /metrics HTTP/1.1")
    assert status == (200 if allowed else 403)
    assert (b"veillee_rooms" in body) is allowed


async def test_figures_that_cannot_be_read_are_no_crash() -> None:
    """500, and the next scrape is answered again."""
    fails = True

    async def text() -> bytes:
        if fails:
            raise RuntimeError("broken")
        return b"fine"

    scrape = Scrape(text, LOOPBACK)
    assert (await scrape.answer("127.0.0.1", b"GET /metrics HTTP/1.1"))[0] == 500
    fails = False
    assert (await scrape.answer("127.0.0.1", b"GET /metrics HTTP/1.1"))[0] == 200


async def test_many_at_once_are_told_to_come_back() -> None:
    """Scraping never piles up."""
    go = asyncio.Event()

    async def text() -> bytes:
        await go.wait()
        return b"fine"

    scrape = Scrape(text, LOOPBACK)
    waiting = [asyncio.create_task(scrape.answer("127.0.0.1", b"GET /metrics HTTP/1.1")) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    assert (await scrape.answer("127.0.0.1", b"GET /metrics HTTP/1.1"))[0] == 503
    go.set()
    assert {status for status, _ in await asyncio.gather(*waiting)} == {200}


def test_an_entry_that_is_no_network_is_named() -> None:
    """So that `server.metrics_allow` can be mended."""
    with pytest.raises(BadNetwork, match=r"'10\.0\.0\.300'"):
        networks(["10.0.0.300"])
