"""How a WebSocket begins (RFC 6455 §4.2), below the level of messages."""

from __future__ import annotations

import asyncio
import contextlib
import resource

import pytest

from tests.live import PATIENCE, Live, until

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


async def answer(live: Live, *lines: str, path: str = "/ws") -> bytes:
    """The head of the answer to an upgrade request with these header lines."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    writer.write((head + "".join(lines) + "\r\n").encode())
    async with asyncio.timeout(PATIENCE):
        got = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return got


async def test_the_answer_is_the_one_of_the_rfc(live: Live) -> None:
    """§1.3: the accept key of the example; our sub-protocol where it was offered, none where it was not."""
    plain = await answer(live, KEY, "Sec-WebSocket-Version: 13\r\n")
    assert plain.startswith(b"HTTP/1.1 101 ")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in plain
    assert b"Sec-WebSocket-Protocol" not in plain
    ours = await answer(live, KEY, "Sec-WebSocket-Version: 13\r\n", "Sec-WebSocket-Protocol: chat, veillee.v1\r\n")
    assert b"Sec-WebSocket-Protocol: veillee.v1\r\n" in ours


@pytest.mark.parametrize(
    ("lines", "path", "status"),
    [
        ((KEY, "Sec-WebSocket-Version: 13\r\n"), "/other", b"404"),
        ((KEY, "Sec-WebSocket-Version: 13\r\n", "Origin: https://evil.example\r\n"), "/ws", b"403"),
        (("Sec-WebSocket-Version: 13\r\n",), "/ws", b"400"),
        ((KEY, "Sec-WebSocket-Version: 8\r\n"), "/ws", b"400"),
    ],
    ids=["another path", "a foreign origin", "no key", "another version"],
)
async def test_what_is_no_handshake_of_ours_is_refused_in_http(
    live: Live, lines: tuple[str, ...], path: str, status: bytes
) -> None:
    """With a status, before any frame; nothing of it stays open."""
    assert (await answer(live, *lines, path=path)).startswith(b"HTTP/1.1 " + status)
    assert live.house.live.door.heartbeat.links() == []


async def test_where_no_descriptor_is_left_the_newcomer_is_let_go(live: Live) -> None:
    """The limit of open files was reached: an end of file for this one, and everybody else stays."""
    lune = await live.talker("Lune42")
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    await until(lambda: len(live.server.server_state.connections) >= 2)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        writer.write(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"{KEY}Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    writer.close()
    await lune.ok("ping")
