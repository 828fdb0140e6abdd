"""One WebSocket connection, below the level of messages (tests/scenarios has the rest)."""

from __future__ import annotations

import asyncio
import base64
import os
import socket

from tests.live import PATIENCE, Live, until
from veillee.gateway.connection import LARGEST_MESSAGE, Connection
from veillee.gateway.sending import CLOSED


async def raw(live: Live) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket on which the handshake was done by hand."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 ")
    return reader, writer


def masked(opcode: int, payload: bytes, *, fin: bool = True) -> bytes:
    """A client's frame, masked with zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([(0x80 if fin else 0) | opcode]) + length + b"\0\0\0\0" + payload


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Everything until the server closes."""
    async with asyncio.timeout(PATIENCE):
        return await reader.read()


async def test_frames_may_come_byte_by_byte_or_all_at_once(live: Live) -> None:
    """However the network cuts them."""
    reader, writer = await raw(live)
    ping = masked(1, b'{"i":7,"c":"ping"}')
    for byte in ping:
        writer.write(bytes([byte]))
        await writer.drain()
    writer.write(ping * 2 + masked(8, b"\x03\xe8"))
    answers = await rest(reader)
    assert answers.count(b'"i":7') == 3
    assert answers.endswith(b"\x88\x02\x03\xe8")
    writer.close()


async def test_empty_fragments_pile_nothing_up(live: Live) -> None:
    """A message in any number of empty pieces takes no memory and ends as one frame."""
    reader, writer = await raw(live)
    writer.write(masked(1, b"", fin=False) + masked(0, b"", fin=False) * 2_000 + masked(0, b'{"i":7,"c":"ping"}'))
    writer.write(masked(8, b""))
    assert b'"i":7' in await rest(reader)
    writer.close()


async def test_a_pong_and_a_ping_count_as_signs_of_life(live: Live) -> None:
    """A WebSocket ping is answered."""
    reader, writer = await raw(live)
    writer.write(masked(9, b"hey") + masked(10, b"") + masked(8, b""))
    assert (await rest(reader)).startswith(b"\x8a\x03hey")
    writer.close()


async def test_a_half_closed_or_broken_connection_is_let_go(live: Live) -> None:
    """End of file without a close frame, a frame without mask, a reserved opcode: nothing of it stays."""
    for junk in (b"", b"\x81\x02hi", masked(3, b"x")):
        reader, writer = await raw(live)
        writer.write(junk)
        writer.write_eof()
        await rest(reader)
        writer.close()
    await until(lambda: live.house.live.door.heartbeat.links() == [])


async def test_a_message_beyond_all_measure_ends_the_connection(live: Live) -> None:
    """1009, after RFC 6455 §7.4.1; only below that can the session live on."""
    client = await live.connect(max_size=None)
    await client.say("x" * (LARGEST_MESSAGE + 1))
    assert await client.closed() == 1009


async def test_nothing_follows_a_close_frame(live: Live) -> None:
    """RFC 6455 §5.5.1: a link that was told to close hears nothing of the room, although its socket is still open."""
    reader, writer = await raw(live)
    token = await live.enter("Lune42")
    writer.write(masked(1, b'{"i":1,"c":"hello","v":1,"tok":"%s"}' % token.encode()))
    seen = await reader.readuntil(b'"hb"')
    writer.write(masked(1, b'{"i":2,"c":"join","r":"accueil"}'))
    seen += await reader.readuntil(b'"i":2')
    renard = await live.talker("Renard7")
    for _ in range(10):
        writer.write(masked(1, b"{}"))
    seen += await reader.readuntil(b"bad_frames")
    await renard.post("pour les autres")
    live.turn(11)
    assert b"pour les autres" not in await rest(reader)
    writer.close()


async def test_whoever_does_not_answer_a_close_is_cut(live: Live) -> None:
    """Ten seconds after the close frame."""
    reader, writer = await raw(live)
    live.turn(10)
    await reader.readuntil(b"no_hello")
    live.turn(10)
    assert await rest(reader) == b""
    writer.close()
    await until(lambda: live.house.live.door.heartbeat.links() == [])


async def test_an_ok_comes_before_the_event_and_in_one_piece_with_it(live: Live) -> None:
    """One write, hence one read of whoever waits for it; the order is the contract's."""
    reader, writer = await raw(live)
    token = await live.enter("Lune42")
    writer.write(masked(1, b'{"i":1,"c":"hello","v":1,"tok":"%s"}' % token.encode()))
    await reader.readuntil(b'"hb"')
    writer.write(masked(1, b'{"i":2,"c":"join","r":"accueil"}'))
    await reader.readuntil(b'"i":2')
    await asyncio.sleep(0)
    writer.write(masked(1, b'{"i":3,"c":"send","r":"accueil","k":"k","b":"bonsoir"}'))
    await reader.readuntil(b'"i":3')
    async with asyncio.timeout(PATIENCE):
        assert b'"e":"msg"' in await reader.read(10_000)
    writer.close()


async def test_answers_that_the_kernel_does_not_take_at_once_wait_in_their_order(live: Live) -> None:
    """What is left of them is written when there is room; from then on the fanout may write to the socket again."""
    door = live.house.live.door
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    connection = Connection(door, set(), near, None)
    connection.begin(b"", None)
    answers = [bytes([letter]) * 50_000 for letter in b"abc"]
    for answer in answers:
        connection.answer(answer)
    assert connection.slot is not None
    assert door.sockets.table[connection.slot] == CLOSED
    reader, writer = await asyncio.open_connection(sock=far)
    async with asyncio.timeout(PATIENCE):
        for answer in answers:
            assert (await reader.readexactly(len(answer) + 4))[4:] == answer
    await until(lambda: door.sockets.table[connection.slot or 0] == near.fileno())
    writer.close()
    await until(lambda: near.fileno() < 0)
