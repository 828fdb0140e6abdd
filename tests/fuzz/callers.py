"""Somebody at the live door over a real socket, who may write any bytes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.servers import Serving

ROOM = "accueil"
_addresses = count(1)
_names = count()
_LETTERS = "abdefghkprst"


async def enter(demo: Serving, nick: str, **more: Any) -> httpx.Response:
    """Ask to enter, each time from another documentation address (RFC 5737), as through a proxy."""
    number = next(_addresses)
    headers = {"X-Forwarded-For": f"203.0.113.{number % 250}"}
    async with httpx.AsyncClient(base_url=demo.url, headers=headers) as http:
        return await http.post("/api/v1/enter", json={"nick": nick, "rules": True, "age": 40} | more)


def fresh(nick: str) -> str:
    """A pseudonym that this run has not used: `nick` with two letters."""
    number = next(_names)
    return f"{nick}{_LETTERS[number // len(_LETTERS)]}{_LETTERS[number % len(_LETTERS)]}"


async def token(demo: Serving, nick: str) -> str:
    """Enter; the token."""
    answer = await enter(demo, nick)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["tok"])


class Caller:
    """A connection; `ask` returns the answer to a frame, events that come first are kept in `events`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []

    async def ask(self, frame: bytes | str | dict[str, Any], *, text: bool = True) -> dict[str, Any]:
        """Send a frame as it is (an object as JSON) and wait for an answer: an `ok` or an `err`."""
        if isinstance(frame, bytes):
            await self.socket.send(frame, text=text)
        else:
            await self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))
        return await self.answer()

    async def answer(self) -> dict[str, Any]:
        """The next answer."""
        while True:
            found = None
            for line in str(await self.socket.recv()).splitlines():
                what = json.loads(line)
                if "ok" in what or "err" in what:
                    found = what
                else:
                    self.events.append(what)
            if found is not None:
                return dict(found)

    async def error(self, frame: bytes | str | dict[str, Any], *, text: bool = True) -> str:
        """The error code that a frame is answered with."""
        answer = await self.ask(frame, text=text)
        assert "err" in answer, answer
        assert answer["err"]["m"]
        return str(answer["err"]["c"])

    async def alive(self) -> None:
        """The session still answers."""
        assert "t" in (await self.ask({"i": 99, "c": "ping"}))["ok"]


@asynccontextmanager
async def calling(demo: Serving, **options: Any) -> AsyncIterator[Caller]:
    """Connect to the live door, without saying hello."""
    url = f"ws://127.0.0.1:{demo.port}/ws"
    defaults = {"subprotocols": [Subprotocol("veillee.v1")], "compression": None, "open_timeout": 10}
    async with connect(url, **(defaults | options)) as socket:
        yield Caller(socket)


@asynccontextmanager
async def present(demo: Serving, nick: str) -> AsyncIterator[Caller]:
    """Enter, connect, say hello and join the room that is open to all."""
    tok = await token(demo, nick)
    async with calling(demo) as caller:
        await caller.ask({"i": 1, "c": "hello", "v": 1, "tok": tok})
        await caller.ask({"i": 2, "c": "join", "r": ROOM})
        yield caller
