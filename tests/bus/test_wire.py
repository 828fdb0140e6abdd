"""One connection to a real Valkey, and to things that are none."""

from __future__ import annotations

import asyncio
from typing import Any

import hiredis
import pytest

from tests.valkey import own_valkey, valkey
from veillee.bus.port import BusAway
from veillee.bus.wire import Address, AddressInvalid, dial


def test_an_address_is_read() -> None:
    """Host, port, database, who one is; secrets may hold any character."""
    assert Address.parse("valkey://h") == Address("h", 6379)
    assert Address.parse("rediss://u:p%40ss@h:1/3") == Address("h", 1, 3, "u", "p@ss", tls=True)
    assert Address.parse("redis://:secret@[::1]:7") == Address("::1", 7, 0, None, "secret")


@pytest.mark.parametrize("url", ["", "http://h", "valkey://", "valkey://h:port", "valkey://h/db", "valkey://h/-1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    """One error with the form that it should have."""
    with pytest.raises(AddressInvalid, match="valkey://host"):
        Address.parse(url)


async def test_answers_come_in_order() -> None:
    """Many commands at once: each gets its own answer, an error is raised where it belongs."""
    async with valkey() as (url, prefix):
        wire = await dial(Address.parse(url), lambda message: None)
        asked = [wire.call("INCR", f"{prefix}:n") for _ in range(50)]
        with pytest.raises(hiredis.ReplyError):
            await wire.call("NONSENSE")
        assert await asyncio.gather(*asked) == list(range(1, 51))
        assert wire.tell("SET", f"{prefix}:x", b"\x00\xff")
        assert await wire.call("GET", f"{prefix}:x") == b"\x00\xff"
        wire.abort()
        await wire.lost
        with pytest.raises(BusAway):
            await wire.call("PING")
        assert not wire.tell("PING")


async def test_whoever_waits_for_a_lost_connection_is_told() -> None:
    """Valkey dies: every answer that has not come is `BusAway`."""
    with own_valkey() as server:
        wire = await dial(Address.parse(server.url), lambda message: None)
        server.freeze(True)
        waiting = [wire.call("PING") for _ in range(3)]
        server.freeze(False)
        server.kill()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(each) for each in outcomes} <= {BusAway, str, bytes}
        await wire.lost


async def test_a_password_opens() -> None:
    """Without it nobody is let in, and whoever dials is told that the bus is away."""
    with own_valkey() as server:
        wire = await dial(Address.parse(server.url), lambda message: None)
        await wire.call("CONFIG", "SET", "requirepass", "sésame")
        with pytest.raises(BusAway):
            await dial(Address("127.0.0.1", server.port, password="wrong"), lambda message: None)
        again = await dial(Address("127.0.0.1", server.port, db=2, password="sésame"), lambda message: None)
        assert await again.call("PING") == b"PONG"
        for each in (wire, again):
            each.abort()


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"-ERR unknown command\r\n", b""])
async def test_what_is_no_valkey_is_away(said: bytes) -> None:
    """Another service listens there, or nobody speaks: `BusAway`, never anything else."""

    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(other, "127.0.0.1", 0) as server:
        with pytest.raises(BusAway):
            await dial(Address("127.0.0.1", server.sockets[0].getsockname()[1]), lambda message: None)


async def test_pushed_messages_are_apart_from_answers() -> None:
    """A channel is heard on the connection that also asks."""
    heard: list[list[Any]] = []
    async with valkey() as (url, prefix):
        wire = await dial(Address.parse(url), heard.append)
        wire.subscribe([prefix])
        assert await wire.call("SPUBLISH", prefix, "Bonsoir") == 1
        assert [message[0] for message in heard] == [b"ssubscribe", b"smessage"]
        assert heard[1][2] == b"Bonsoir"
        wire.abort()
