"""The rooms of the place, and whether they are open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.room import Room
from veillee.store import rooms as rows
from veillee.store.port import Store

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?\Z")


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as the list shows it: `count` None stands for "a few people"."""

    room: Room
    count: int | None
    last_activity: int | None


class Rooms:
    """Every room in memory; the store behind it. `load` before use.

    `attended`: somebody is on duty. `shut_reason`: why no public room may open at all (operator identity missing).
    Both are set from above, where people and the law are known.
    """

    def __init__(self, store: Store, clock: Clock, count: Callable[[str], int | None]) -> None:
        self._store = store
        self._clock = clock
        self._count = count
        self._rooms: dict[str, Room] = {}
        self._spoken: dict[str, int] = {}
        self._listeners: list[Callable[[str], None]] = []
        self.attended = True
        self.shut_reason: str | None = None

    def on_closed(self, listener: Callable[[str], None]) -> None:
        """Called with the slug of each room that is closed, once it is."""
        self._listeners.append(listener)

    async def load(self) -> None:
        """Read every room from the store."""
        self._rooms = {room.slug: room for room in await self._store.read(rows.all_rooms)}
        self._spoken = await self._store.read(rows.last_activity)

    def get(self, slug: str) -> Room:
        """The room; raises `not_found`."""
        room = self._rooms.get(slug)
        if room is None or room.closed_at is not None:
            raise Refused(Code.NOT_FOUND, what="room")
        return room

    def check_open(self, room: Room) -> None:
        """Raises `room_closed` while the room may not receive people."""
        if self.shut_reason is not None or (not self.attended and room.unattended == "closed"):
            raise Refused(Code.ROOM_CLOSED)

    def guarded(self, room: Room) -> bool:
        """Nobody is on duty and the room's unattended rules apply: what would be a warning waits for a person."""
        return not self.attended

    def listing(self) -> list[RoomView]:
        """Open rooms for the list: those spoken in last first, then by name."""
        views = [
            RoomView(room, self._count(room.slug), self._spoken.get(room.slug))
            for room in self._rooms.values()
            if room.closed_at is None
        ]
        return sorted(views, key=lambda view: (-(view.last_activity or 0), view.room.name))

    def spoken(self, slug: str, at: int) -> None:
        """Somebody spoke."""
        self._spoken[slug] = at

    async def create(self, room: Room) -> Room:
        """Open a new room; raises `bad_request` for a slug that is taken or malformed."""
        if not _SLUG.match(room.slug) or room.slug in self._rooms:
            raise Refused(Code.BAD_REQUEST, field="slug")
        if not await self._store.write(rows.add, room):
            raise Refused(Code.BAD_REQUEST, field="slug")
        self._rooms[room.slug] = room
        return room

    async def change(self, room: Room) -> None:
        """Write new options of a room."""
        await self._store.write(rows.change, room)
        self._rooms[room.slug] = room

    async def close(self, slug: str) -> None:
        """Close a room: nobody enters or speaks any more, its history stays until its day."""
        await self.change(replace(self.get(slug), closed_at=self._clock()))
        self._tell_closed(slug)

    async def look_up(self, slug: str) -> None:
        """Another process created, changed or closed the room: know it as it is now."""
        found = await self._store.read(rows.get, slug)
        if found is None:
            return
        before = self._rooms.get(slug)
        self._rooms[slug] = found
        if found.closed_at is not None and before is not None and before.closed_at is None:
            self._tell_closed(slug)

    def _tell_closed(self, slug: str) -> None:
        for listener in self._listeners:
            listener(slug)
