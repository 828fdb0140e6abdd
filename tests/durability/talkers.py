"""People who talk without pause, lose their server in the middle of it, come back and send again what was not answered.

They follow the client's rules of PROTOCOL §1 and keep what they saw, so that afterwards nothing has to be believed.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

GONE = (ConnectionClosed, InvalidHandshake, OSError)


@dataclass
class Talker:
    """One guest. `acknowledged` maps keys to (id, offset); `seen` maps offsets to message ids."""

    name: str
    room: str
    token: str
    acknowledged: dict[str, tuple[str, int]] = field(default_factory=dict)
    seen: dict[int, str | None] = field(default_factory=dict)
    last: int = 0
    epoch: str | None = None
    sent: int = 0
    unanswered: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    async def talk(self, port: int, crowd: Crowd) -> None:
        """Connect, resume, send again what was not answered, then new things until the server or the crowd ends it."""
        try:
            async with connect(
                f"ws://127.0.0.1:{port}/ws",
                subprotocols=[Subprotocol("veillee.v1")],
                compression=None,
                ping_interval=None,
            ) as socket:
                await self._come_in(socket)
                while not crowd.enough:
                    key, body = self._next()
                    await self._say(socket, key, body)
                    crowd.count()
        except GONE:
            return

    def _next(self) -> tuple[str, str]:
        for key, body in self.unanswered.items():
            return key, body
        self.sent += 1
        return f"{self.name}-{self.sent}", f"Phrase {self.sent} de {self.name}."

    async def _come_in(self, socket: ClientConnection) -> None:
        rooms = {} if self.epoch is None else {self.room: [self.epoch, self.last]}
        answer = await self._ask(socket, {"i": 1, "c": "hello", "v": 1, "tok": self.token, "rooms": rooms})
        if self.epoch is None:
            joined = await self._ask(socket, {"i": 2, "c": "join", "r": self.room})
            self.epoch, self.last = joined["ok"]["ep"], joined["ok"]["s"]
        elif answer["ok"]["rooms"][self.room]["st"] != "ok":
            self.faults.append(f"resume answered {answer['ok']['rooms'][self.room]}")

    async def _say(self, socket: ClientConnection, key: str, body: str) -> None:
        self.unanswered[key] = body
        answer = await self._ask(socket, {"i": 3, "c": "send", "r": self.room, "k": key, "b": body})
        if (error := answer.get("err")) is not None:
            if error["c"] == "rate_limited":
                await socket.wait_closed()  # has said enough until the server is killed
                return
            self.faults.append(f"{key}: {error}")
        else:
            self.acknowledged[key] = (answer["ok"]["id"], answer["ok"]["s"])
        del self.unanswered[key]

    async def _ask(self, socket: ClientConnection, command: dict[str, Any]) -> dict[str, Any]:
        await socket.send(json.dumps(command))
        while True:
            for line in str(await socket.recv()).splitlines():
                what = json.loads(line)
                if what.get("i") == command["i"]:
                    answer = what
                elif "s" in what and what.get("r") == self.room:
                    self._see(what)
            if "answer" in locals():
                return dict(answer)

    def _see(self, event: dict[str, Any]) -> None:
        if event["s"] <= self.last:
            return
        if event["s"] != self.last + 1:
            self.faults.append(f"after {self.last} came {event['s']}")
        self.last = event["s"]
        self.seen[event["s"]] = event["d"]["id"] if event["e"] == "msg" else None


class Crowd:
    """Fires `full` after so many acknowledgements, counted over everybody."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self.enough = False
        self.full = asyncio.Event()

    def count(self) -> None:
        """One more was acknowledged."""
        self._left -= 1
        if self._left <= 0:
            self.full.set()


async def enter(url: str, names: list[str], rooms: list[str]) -> list[Talker]:
    """Let these people in over HTTP, each to one of the rooms in turn."""
    talkers = []
    async with httpx.AsyncClient(base_url=url) as http:
        for index, name in enumerate(names):
            http.cookies.clear()
            answer = await http.post("/api/v1/enter", json={"nick": name, "rules": True, "age": 33})
            assert answer.status_code == 201, answer.text
            talkers.append(Talker(name, rooms[index % len(rooms)], answer.json()["tok"]))
    return talkers
