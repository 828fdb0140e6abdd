"""Somebody of the staff who decides while processes die, and a guest who hears of it."""

from __future__ import annotations

import asyncio
import json
import secrets
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bench.faults.people import Address, enter
from bench.faults.place import Place
from veillee.model.casefile import Ground, Measure, Ruling
from veillee.model.clock import DAY
from veillee.model.staff import Role as StaffRole
from veillee.protocol.commands import Target
from veillee.settings import load
from veillee.wiring.house import build_house
from veillee.wiring.roles import Role

PASSWORD = secrets.token_urlsafe(16)
STRANGERS = count(4_000)
"""Numbers of pseudonyms that nobody of the crowd has."""


class Stranger:
    """A guest with one connection, who has said one thing."""

    def __init__(self, socket: ClientConnection, room: str, message: str) -> None:
        self.socket = socket
        self.room = room
        self.message = message

    @classmethod
    async def come(cls, web: str, address: Address, room: str) -> Stranger:
        """Enter, connect there, join and speak."""
        [guest] = await enter(web, 1, [room], next(STRANGERS))
        socket = await connect(
            f"ws://{address[0]}:{address[1]}/ws", subprotocols=[Subprotocol("veillee.v1")], compression=None
        )
        await ask(socket, 1, c="hello", v=1, tok=guest.token)
        await ask(socket, 2, c="join", r=room)
        said = await ask(socket, 3, c="send", r=room, k="k1", b=f"Bonsoir, dit {guest.name}.")
        return cls(socket, room, said["id"])

    async def closed(self) -> int:
        """The code with which the connection ends; reads on until then."""
        try:
            while True:
                await self.socket.recv()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd is not None else 1006


async def ask(socket: ClientConnection, number: int, **command: Any) -> dict[str, Any]:
    """Say a command that must work; what `ok` holds. RuntimeError for an error."""
    await socket.send(json.dumps({"i": number, **command}))
    while True:
        for line in str(await socket.recv()).split("\n"):
            if (what := json.loads(line)).get("i") == number:
                if "ok" not in what:
                    raise RuntimeError(f"{command['c']}: {what}")
                return dict(what["ok"])


async def ban(place: Place, stranger: Stranger) -> None:
    """A moderator decides that somebody is suspended; returns once that is decided, before it is carried out."""
    house = await build_house(load(place.folder / "web"), roles=frozenset({Role.WEB}))
    try:
        name = f"n{secrets.token_hex(4)}"
        staff = (await house.accounts.add(name, name, StaffRole.MODERATOR, PASSWORD, by="cli")).staff
        verbs = house.moderation
        target = Target(r=stranger.room, id=stranger.message)
        number = await verbs.intake.open_by_staff(staff, target, "harassment", "")
        case = await verbs.queue.claim(number, 1, staff)
        ends = house.community.clock() + DAY
        ruling = Ruling(Measure.SERVICE_BAN, "Ce message insulte.", Ground.TERMS, "respect", ends_at=ends)
        await verbs.decisions.decide(number, case.version, ruling, staff)
    finally:
        await house.community.store.close()


async def carried_out(stranger: Stranger, seconds: float) -> float:
    """Seconds until the stranger's connection was closed with 4403; RuntimeError if it was another code."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(seconds):
        if (code := await stranger.closed()) != 4403:
            raise RuntimeError(f"the connection of somebody banned ended with {code}")
    return loop.time() - began
