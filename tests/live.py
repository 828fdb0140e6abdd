"""A whole house in this process, on a free port, and clients that talk to it over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.doubles import FakeClock
from tests.postgres import database_of
from tests.valkey import valkey
from veillee.automod.engine import Engine
from veillee.chat.judge import Screener
from veillee.gateway.server import Server, listen
from veillee.model.guest import Guest
from veillee.model.room import Room
from veillee.model.sanction import Sanction, SanctionKind
from veillee.settings import Connecting, Instance, Listening, Settings, Storing
from veillee.wiring.house import House, build_house
from veillee.wiring.roles import ALL_ROLES, Role

PATIENCE = 8.0
"""Seconds a test waits for something that must come."""
LEGAL = {
    "operator": {
        "name": "Association fictive", "address": "1 rue de l'Exemple, 00000 Nulle-Part", "phone": "00 00 00 00 00",
        "email": "contact@exemple.invalid", "publication_director": "Camille Exemple", "host_name": "Hébergeur",
        "host_address": "2 rue de l'Exemple, 00000 Nulle-Part", "host_phone": "00 00 00 00 01", "fictitious": True,
    },
    "contacts": {
        "authorities": "autorites@exemple.invalid", "users": "aide@exemple.invalid", "users_phone": "00 00 00 00 02",
        "languages": ["fr", "en"],
    },
}  # fmt: skip
ENDED = {"ended": True}


class Live:
    """A running house. `clock` is its clock; nothing in it moves unless a test moves it."""

    def __init__(self, house: House, clock: FakeClock, port: int, server: Server) -> None:
        self.house = house
        self.clock = clock
        self.port = port
        self.server = server
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
        self._sanctions = count(1)

    @property
    def rooms(self) -> Any:
        """The rooms of the house."""
        return self.house.community.rooms

    async def enter(self, nick: str, **more: Any) -> str:
        """Somebody enters from a device of their own; their token."""
        self.http.cookies.clear()
        answer = await self.http.post("/api/v1/enter", json={"nick": nick, "rules": True, **more})
        assert answer.status_code == 201, answer.text
        self.http.cookies.clear()
        return str(answer.json()["tok"])

    async def guest(self, token: str) -> Guest:
        """The guest behind a token."""
        guest = await self.house.community.guests.by_token(token)
        assert guest is not None
        return guest

    async def connect(self, **options: Any) -> Client:
        """A connection on which nothing was said."""
        options.setdefault("subprotocols", ["veillee.v1"])
        return Client(await connect(f"ws://127.0.0.1:{self.port}/ws", ping_interval=None, **options))

    async def client(self, token: str, rooms: dict[str, Any] | None = None, *join: str, **options: Any) -> Client:
        """A connection that has said hello and joined rooms."""
        client = await self.connect(**options)
        client.hello = await client.ok("hello", v=1, tok=token, rooms=rooms or {})
        for slug in join:
            await client.ok("join", r=slug)
        return client

    async def talker(self, nick: str, *join: str) -> Client:
        """Somebody new who enters, connects and joins (`accueil` unless said)."""
        token = await self.enter(nick)
        client = await self.client(token, None, *(join or ("accueil",)))
        client.token = token
        return client

    async def impose(self, token: str, kind: SanctionKind, room: str | None = None, minutes: int = 60) -> None:
        """Staff restrict somebody."""
        guest = await self.guest(token)
        now = self.clock()
        await self.house.community.sanctions.impose(
            Sanction(f"s{next(self._sanctions)}", kind, guest.device, guest.id, room, "2", now, now + minutes * 60_000,
                     "7F3K-21AB", "CODE")
        )  # fmt: skip

    def turn(self, seconds: int = 1) -> None:
        """Seconds pass for the heartbeat."""
        for _ in range(seconds):
            self.clock.forward(1_000)
            self.house.live.door.heartbeat.turn()


class Client:
    """One WebSocket client. Answers go to whoever asked, events wait in `events` in the order they came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.hello: dict[str, Any] = {}
        self.token = ""
        self.frames: list[str] = []
        self.log: list[dict[str, Any]] = []
        self._ids = count(1)
        self._answers: dict[int | None, asyncio.Future[dict[str, Any]]] = {}
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for frame in self.socket:
                assert isinstance(frame, str)
                self.frames.append(frame)
                for line in frame.split("\n"):
                    self._take(json.loads(line))
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_result(ENDED)
        self._events.put_nowait(ENDED)

    def _take(self, thing: dict[str, Any]) -> None:
        self.log.append(thing)
        if "e" in thing:
            self._events.put_nowait(thing)
        else:
            self._answers.setdefault(thing.get("i"), asyncio.get_running_loop().create_future()).set_result(thing)

    async def say(self, frame: str | bytes) -> None:
        """Send whatever it is, as it is."""
        await self.socket.send(frame)

    async def answer(self, request: int | None) -> dict[str, Any]:
        """The answer to a request id; to None, an answer that names no request."""
        waiting = self._answers.setdefault(request, asyncio.get_running_loop().create_future())
        async with asyncio.timeout(PATIENCE):
            whole = await waiting
        del self._answers[request]
        return whole

    async def ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """Send a command; the whole answer."""
        request = next(self._ids)
        await self.say(json.dumps({"i": request, "c": command, **fields}, ensure_ascii=False))
        return await self.answer(request)

    async def ok(self, command: str, **fields: Any) -> dict[str, Any]:
        """Send a command that must work; what `ok` holds."""
        answer = await self.ask(command, **fields)
        assert "ok" in answer, answer
        return dict(answer["ok"])

    async def err(self, command: str, **fields: Any) -> dict[str, Any]:
        """Send a command that must be refused; the `err` object."""
        answer = await self.ask(command, **fields)
        assert "err" in answer, answer
        return dict(answer["err"])

    async def post(self, body: str, key: str | None = None, room: str = "accueil", **more: Any) -> dict[str, Any]:
        """Say something that must go through."""
        return await self.ok("send", r=room, k=key or f"k{next(self._ids)}", b=body, **more)

    async def event(self, kind: str | None = None, matching: Callable[[dict[str, Any]], bool] | None = None) -> Any:
        """The next event of a kind; those before it are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = await self._events.get()
                if event is ENDED:
                    raise AssertionError(f"the connection ended ({self.code}) before {kind}")
                if kind in (None, event["e"]) and (matching is None or matching(event)):
                    return event

    async def durable(self, room: str = "accueil", upto: int = 0) -> list[dict[str, Any]]:
        """The room's durable events in the order they came, until one has offset `upto`."""
        found: list[dict[str, Any]] = []
        while not found or found[-1]["s"] < upto:
            found.append(await self.event(None, lambda e: e.get("r") == room and "s" in e))
        return found

    async def settled(self) -> list[dict[str, Any]]:
        """Every event that came up to the answer of a ping, none of them waited for any more."""
        await self.ok("ping")
        found = []
        while not self._events.empty():
            found.append(self._events.get_nowait())
        return found

    @property
    def code(self) -> int | None:
        """The close code, once closed."""
        return self.socket.close_code

    async def closed(self) -> int | None:
        """Wait until the connection is over; its code."""
        async with asyncio.timeout(PATIENCE):
            await self._reader
        return self.socket.close_code

    async def close(self) -> None:
        """Leave."""
        await self.socket.close()
        await self._reader


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what a test waits for has no event
            await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def living(
    folder: Path,
    kind: str = "memory",
    screener: Callable[[Engine], Screener] = lambda engine: engine,
    bus: str = "",
    roles: frozenset[Role] = ALL_ROLES,
    **server: Any,
) -> AsyncIterator[Live]:
    """A house with the rooms `accueil` and `cafe`, open and attended, on a free port of 127.0.0.1.

    `kind` is `memory`, `file`, or `scaled`: over PostgreSQL and Valkey. Houses of one folder are processes of one
    instance where they have a bus: `scaled` ones always, a `file` with the URL of a `bus`.
    """
    async with AsyncExitStack() as stack:
        store = Storing(path=":memory:" if kind == "memory" else "veillee.db")
        if kind == "scaled":
            store = Storing(url=await stack.enter_async_context(database_of(folder)))
            bus = bus or (await stack.enter_async_context(valkey()))[0]
        settings = Settings(
            folder=folder, instance=Instance(name="Essai", url="http://essai.example"), server=Listening(**server),
            store=store, legal=LEGAL, bus=Connecting(bus),
        )  # fmt: skip
        yield await stack.enter_async_context(_served(settings, screener, roles))


@contextlib.asynccontextmanager
async def _served(
    settings: Settings, screener: Callable[[Engine], Screener], roles: frozenset[Role]
) -> AsyncIterator[Live]:
    clock = FakeClock()
    house = await build_house(settings, clock, screener, roles)
    known = {view.room.slug for view in house.community.rooms.listing()}
    for slug in ("accueil", "cafe"):
        if slug not in known:
            await house.community.rooms.create(Room(slug, "e1", slug.title()))
    house.community.rooms.shut_reason = None
    house.community.rooms.attended = True
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def up(port: int) -> None:
        started.set_result(port)

    live_server = Server(house.app, house.live.door, house.live.drain)
    live_server.on_started(up)
    serving = asyncio.create_task(live_server.serve(sockets=[listen("127.0.0.1", 0)]))
    beside = []
    if Role.WORKER in roles:
        beside.append(house.community.effects.run())
    if house.community.processes is not None:
        beside.extend([house.community.processes.run(), house.live.sequence.run()])
    tasks = [asyncio.create_task(work) for work in beside]
    live = Live(house, clock, await started, live_server)
    try:
        if settings.store.url and (processes := house.community.processes) is not None:
            await until(lambda: processes.bus.connected)
        yield live
    finally:
        await live.http.aclose()
        live_server.should_exit = True
        await serving
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await house.live.sequence.finish()
        await house.live.door.dispatch.finish()
        await house.community.store.close()
