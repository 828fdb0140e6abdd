"""A community over a real store, with a room `cafe`, a clock that the test moves, and guests who are in the room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.doubles import FakeClock, Recording
from tests.postgres import database_of
from veillee.automod.engine import Engine
from veillee.chat.guests import Entry
from veillee.chat.judge import Screener, SecondLook
from veillee.model.guest import Guest
from veillee.model.message import Draft
from veillee.model.room import Room
from veillee.settings import Settings, Storing
from veillee.wiring.community import Community, RecorderOf, build_community


@dataclass(slots=True)
class Place:
    """What a test of `chat` needs."""

    community: Community
    clock: FakeClock
    heard: Recording

    async def guest(self, nick: str, room: str = "cafe", device: str = "") -> Guest:
        """Somebody who entered and joined the room."""
        entered = await self.community.guests.enter(Entry(nick, True, device or f"device of {nick}"))
        await self.community.members.join(entered.guest, room)
        return entered.guest

    async def settled(self) -> list[str]:
        """The bodies that were delivered so far, in order."""
        await self.community.store.read(lambda tx: None)
        return [event.data["b"] for event in self.heard.durable() if event.kind == "msg" and "b" in event.data]


@asynccontextmanager
async def place(
    folder: Path,
    screener: Callable[[Engine], Screener] = lambda engine: engine,
    *,
    second_look: SecondLook | None = None,
    kind: str = "file",
    recorder: RecorderOf | None = None,
    **room: object,
) -> AsyncIterator[Place]:
    """The community over `folder` (opened again with what it holds); `room` are options of the room `cafe`.
    `recorder` writes the cases of what is refused; nobody does by default. `kind` is `memory`, `file` or `postgres`."""
    async with AsyncExitStack() as stack:
        store = Storing(":memory:" if kind == "memory" else "veillee.db")
        if kind == "postgres":
            store = Storing(url=await stack.enter_async_context(database_of(folder)))
        yield await stack.enter_async_context(
            _inhabited(Settings(folder, store=store), screener, second_look, recorder, room)
        )


@asynccontextmanager
async def _inhabited(
    settings: Settings,
    screener: Callable[[Engine], Screener],
    second_look: SecondLook | None,
    recorder: RecorderOf | None,
    room: dict[str, object],
) -> AsyncIterator[Place]:
    clock = FakeClock()
    community = await build_community(settings, clock, recorder, screener, second_look=second_look)
    heard = Recording()
    community.bus.subscribe(heard)
    if not community.rooms.listing():
        await community.rooms.create(replace(Room("cafe", "e1", "Café"), **room))  # type: ignore[arg-type]
    try:
        yield Place(community, clock, heard)
    finally:
        await community.store.close()


def draft(body: str, key: str = "", room: str = "cafe") -> Draft:
    """Something to say; its key is its text unless another is given."""
    return Draft(room, key or body[:64], body)
