"""One connection to Valkey or Redis: commands out, their answers back in order, pushed messages as they come (RESP3).

Commands written in one turn of the loop travel together. Parsing is hiredis; there is no pool, no task and no lock on
the way of a message (measured in docs/benchmarks.md against redis-py).
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import hiredis

from veillee.bus.port import BusAway

MOST_WAITING_BYTES = 4 * 1024 * 1024
"""What may wait for a Valkey that does not read; beyond it, messages are lost."""
CONNECT_S = 3.0
_SCHEMES = {"valkey": False, "redis": False, "valkeys": True, "rediss": True}


class AddressInvalid(ValueError):
    """The bus's URL cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Valkey is and how to be let in."""

    host: str
    port: int
    db: int = 0
    username: str | None = None
    password: str | None = None
    tls: bool = False

    @classmethod
    def parse(cls, url: str) -> Address:
        """From `valkey://[user:password@]host[:port][/db]`, `redis://`, or `valkeys://` and `rediss://` over TLS.

        Raises `AddressInvalid`.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or 6379
            db = int(parts.path.strip("/") or 0)
        except ValueError:
            raise AddressInvalid("it must look like valkey://host:6379/0") from None
        if parts.scheme not in _SCHEMES or not parts.hostname or db < 0:
            raise AddressInvalid("it must look like valkey://host:6379/0")
        username = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, port, db, username, password, _SCHEMES[parts.scheme])


class Wire(asyncio.Protocol):
    """An open connection. `lost` is done when it is over."""

    def __init__(self, pushed: Callable[[list[Any]], None]) -> None:
        self._pushed = pushed
        self._reader = hiredis.Reader()
        self._waiting: deque[asyncio.Future[Any] | None] = deque()
        self._transport: asyncio.Transport
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not False:
                if isinstance(reply, hiredis.PushNotification):
                    self._pushed(reply)
                else:
                    self._answer(reply)
        except hiredis.ProtocolError:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)
        while self._waiting:
            answer = self._waiting.popleft()
            if answer is not None and not answer.done():
                answer.set_exception(BusAway("the connection is lost"))

    def call(self, *words: str | bytes | int) -> asyncio.Future[Any]:
        """Send a command; its answer, or `BusAway`. An error of the server's is raised as `hiredis.ReplyError`."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._write(words, answer)
        return answer

    def tell(self, *words: str | bytes | int) -> bool:
        """Send a command whose answer is of no interest; False, and not sent, if too much is waiting already."""
        if self.lost.done() or self._transport.get_write_buffer_size() > MOST_WAITING_BYTES:
            return False
        self._write(words, None)
        return True

    def subscribe(self, channels: Sequence[str]) -> None:
        """Hear these sharded channels from now on; each is confirmed by a pushed message and not by an answer."""
        for channel in channels:
            self._transport.write(_packed("SSUBSCRIBE", channel))

    def abort(self) -> None:
        """End the connection at once."""
        self._transport.abort()

    def _write(self, words: tuple[str | bytes | int, ...], answer: asyncio.Future[Any] | None) -> None:
        if self.lost.done() or self._transport.is_closing():
            if answer is not None:
                answer.set_exception(BusAway("not connected"))
            return
        self._waiting.append(answer)
        self._transport.write(_packed(*words))

    def _answer(self, reply: Any) -> None:
        answer = self._waiting.popleft() if self._waiting else None
        if answer is None or answer.done():
            return
        if isinstance(reply, hiredis.ReplyError):
            answer.set_exception(reply)
        else:
            answer.set_result(reply)


def _packed(*words: str | bytes | int) -> bytes:
    packed: bytes = hiredis.pack_command(words)  # type: ignore[arg-type]  # its stub knows tuples of one only
    return packed


async def dial(address: Address, pushed: Callable[[list[Any]], None]) -> Wire:
    """Connect and be let in. Raises `BusAway` where nobody answers in time or the answer is no."""
    context = ssl.create_default_context() if address.tls else None
    wire: Wire | None = None
    try:
        async with asyncio.timeout(CONNECT_S):
            loop = asyncio.get_running_loop()
            _, wire = await loop.create_connection(lambda: Wire(pushed), address.host, address.port, ssl=context)
            let_in: tuple[str, ...] = ()
            if address.password is not None:
                let_in = ("AUTH", address.username or "default", address.password)
            await wire.call("HELLO", "3", *let_in, "SETNAME", "veillee")
            if address.db:
                await wire.call("SELECT", address.db)
            return wire
    except (OSError, TimeoutError, hiredis.HiredisError, BusAway) as error:
        if wire is not None:
            wire.abort()
        raise BusAway(type(error).__name__) from None
