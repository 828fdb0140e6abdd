"""People for a load: they enter over HTTP, open a WebSocket, count what they are sent and time what they send.

Made to cost little: one protocol object per person on uvloop, frames parsed by hand, nothing decoded that is only
counted. Each group comes from an address of its own in 127.0.0.0/8, as a crowd would; nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import time
from base64 import b64encode
from collections.abc import Sequence
from itertools import product
from typing import Any, cast

GUESTS_AN_ADDRESS = 40
"""Fewer than one address may let in at once."""
_SYLLABLES = ["ba", "do", "fe", "ga", "ku", "le", "mi", "na", "pe", "ro", "se", "ta", "vu", "zo"]
SENTENCES = [
    "Bonsoir à tous, la soirée est douce par ici et le feu est allumé depuis une heure.",
    "Quelqu'un a regardé le concert hier soir ? Le dernier morceau valait le détour.",
    "J'ai fait une soupe de courge avec un peu de gingembre, il en reste pour deux.",
    "On prévoit de la pluie jusqu'à jeudi, les champignons vont être contents.",
    "My train was late again, but I finished the book on the platform, so no harm done.",
    "Does anyone know a good walk near the lake, two hours at most, with a place to sit?",
    "Le chat dort sur le clavier, je tape entre ses pattes comme je peux ce soir.",
    "We painted the kitchen yellow and now it feels like morning at any time of day.",
]


def quantile(values: Sequence[float], q: float) -> float:
    """The value below which a share `q` of the values lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else 0.0


def raise_file_limit(wanted: int = 20_000) -> None:
    """Allow this process, and what it starts, `wanted` open files, or as many as the system permits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard >= 0 else wanted, hard))


def pseudonyms(count: int) -> list[str]:
    """The first so many, 5,000 at most, of a list of names which nobody would take for one another."""
    names = ["".join(parts).capitalize() for parts in product(_SYLLABLES, repeat=4)]
    return names[::7][:count]


def address(index: int) -> str:
    """The loopback address from which person `index` comes."""
    group = index // GUESTS_AN_ADDRESS
    return f"127.0.{1 + group // 250}.{1 + group % 250}"


class Person(asyncio.Protocol):
    """One WebSocket. `received` counts durable messages; `acks` holds seconds from each send to its answer."""

    def __init__(self, host: str) -> None:
        self.received = 0
        self.acks: list[float] = []
        self.refusals: list[str] = []
        self.lost = False
        self.answered = asyncio.Event()
        self._host = host
        self._sent: dict[int, float] = {}
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._next = 1
        self._open = asyncio.get_running_loop().create_future()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        key = b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET /ws HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: veillee.v1\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.answered.set()
        for waiting in [self._open, *self._waiting.values()]:
            if not waiting.done():
                waiting.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
            self._buffer = b""
        if not self._open.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if b" 101 " not in head[:16]:
                self._open.set_exception(ConnectionError(head.decode("latin-1").splitlines()[0]))
                return
            self._open.set_result(None)
        position, end = 0, len(data)
        while end - position >= 2:
            size, start = data[position + 1], position + 2
            if size == 126:
                if end - position < 4:
                    break
                size, start = int.from_bytes(data[position + 2 : position + 4], "big"), position + 4
            elif size == 127:
                if end - position < 10:
                    break
                size, start = int.from_bytes(data[position + 2 : position + 10], "big"), position + 10
            if start + size > end:
                break
            if data[position] == 0x81:
                self._text(data[start : start + size])
            position = start + size
        if position < end:
            self._buffer = data[position:]

    def _text(self, payload: bytes) -> None:
        if payload.startswith(b'{"i":'):
            self._answer(payload)
        elif payload.startswith(b'{"e":"ping"'):
            self.say("ping")
        else:
            self.received += payload.count(b'{"e":"msg"')

    def _answer(self, payload: bytes) -> None:
        request = int(payload[5 : payload.index(b",")])
        sent = self._sent.pop(request, None)
        if sent is not None:
            self.acks.append(time.perf_counter() - sent)
            if b'"s":' not in payload:  # refused, or held for a person
                self.refusals.append(payload.decode())
            self.answered.set()
        elif (waiting := self._waiting.pop(request, None)) is not None:
            waiting.set_result(json.loads(payload.split(b"\n", 1)[0]))

    def say(self, command: str, **fields: Any) -> int:
        """Write one command; answers its request id."""
        request = self._next
        self._next += 1
        payload = json.dumps({"i": request, "c": command, **fields}, ensure_ascii=False).encode()
        size = len(payload)
        head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0xFE)) + size.to_bytes(2, "big")
        self._transport.write(head + b"\0\0\0\0" + payload)  # a mask of zeros is a mask
        return request

    async def ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """Say a command and wait for its answer; ConnectionError says what was refused."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[self.say(command, **fields)] = future
        answer: dict[str, Any] = await asyncio.wait_for(future, 60)
        if "ok" not in answer:
            raise ConnectionError(f"{command}: {answer['err']}")
        return dict(answer["ok"])

    def send(self, room: str, key: str, body: str) -> None:
        """Send a message; the time until its answer goes to `acks`."""
        self.answered.clear()
        started = time.perf_counter()
        self._sent[self.say("send", r=room, k=key, b=body)] = started

    def forget(self) -> None:
        """Start counting anew."""
        self.received, self.acks, self.refusals = 0, [], []

    async def greet(self, token: str) -> None:
        """Wait for the handshake and say hello."""
        await self._open
        await self.ask("hello", v=1, tok=token)

    def close(self) -> None:
        """Go without a word."""
        self._transport.abort()


async def enter(host: str, port: int, source: str, pseudonym: str) -> str:
    """Enter over HTTP; answers the token. ConnectionError says what was refused."""
    body = json.dumps({"nick": pseudonym, "rules": True, "age": 34, "lang": "fr"}).encode()
    reader, writer = await asyncio.open_connection(host, port, local_addr=(source, 0))
    writer.write(
        f"POST /api/v1/enter HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
    answer = await reader.read()
    writer.close()
    head, _, text = answer.partition(b"\r\n\r\n")
    if b" 201 " not in head[:20]:
        raise ConnectionError(f"enter: {head[:40]!r} {text[:200]!r}")
    return str(json.loads(text)["tok"])


async def admit(port: int, count: int, first: int = 0) -> list[str]:
    """Let `count` guests in, each group from its own address; answers their tokens."""
    names = pseudonyms(first + count)[first:]
    gate = asyncio.Semaphore(8)

    async def one(index: int, name: str) -> str:
        async with gate:
            return await enter("127.0.0.1", port, address(index), name)

    return list(await asyncio.gather(*(one(first + index, name) for index, name in enumerate(names))))


async def connect(port: int, tokens: Sequence[str], rooms: Sequence[str], first: int = 0) -> list[Person]:
    """Connect one person per token, each in one of `rooms` in turn (or in none)."""
    loop = asyncio.get_running_loop()
    host = f"127.0.0.1:{port}"
    gate = asyncio.Semaphore(32)

    async def one(index: int, token: str) -> Person:
        async with gate:
            _, person = await loop.create_connection(
                lambda: Person(host), "127.0.0.1", port, local_addr=(address(first + index), 0)
            )
            await person.greet(token)
            if rooms:
                await person.ask("join", r=rooms[index % len(rooms)])
            return person

    return list(await asyncio.gather(*(one(index, token) for index, token in enumerate(tokens))))
