"""The only way from an id that somebody sent to a room, a member or a message. One conditional a line."""

from __future__ import annotations

from veillee.chat.members import Members
from veillee.chat.rooms import Rooms
from veillee.chat.sanctions import Sanctions
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest, Member
from veillee.model.message import Message, State
from veillee.model.room import Room
from veillee.store import messages as rows
from veillee.store.port import Store


class Access:
    """Doors. Each answers what was asked for, or raises the refusal that the asker may be told."""

    def __init__(self, rooms: Rooms, members: Members, sanctions: Sanctions, store: Store) -> None:
        self._rooms = rooms
        self._members = members
        self._sanctions = sanctions
        self._store = store

    def room_to_read(self, slug: str) -> Room:
        """A room whose history anybody may read; raises `not_found`, `forbidden`."""
        room = self._rooms.get(slug)
        if not room.public_reading:
            raise Refused(Code.FORBIDDEN)
        return room

    def room_to_join(self, guest: Guest, slug: str) -> Room:
        """A room the guest may enter; raises `not_found`, `room_closed`, `suspended`, `room_full`."""
        room = self._rooms.get(slug)
        self._rooms.check_open(room)
        self._sanctions.check_presence(guest.device, slug)
        if self._members.size(slug) >= room.capacity and self._members.here(guest, slug) is None:
            raise Refused(Code.ROOM_FULL, n=room.capacity)
        return room

    def member(self, guest: Guest, slug: str) -> tuple[Room, Member]:
        """The room and the guest in it; raises `not_found`, and `forbidden` for whoever has not joined."""
        room = self._rooms.get(slug)
        member = self._members.here(guest, slug)
        if member is None:
            raise Refused(Code.FORBIDDEN)
        return room, member

    def room_to_speak(self, guest: Guest, slug: str) -> tuple[Room, Member]:
        """As `member`, for whoever may speak there: also `room_closed`, `muted`, `suspended`."""
        room, member = self.member(guest, slug)
        self.check_speaking(guest, room)
        return room, member

    def check_speaking(self, guest: Guest, room: Room) -> None:
        """Raises `room_closed`, `muted` or `suspended` for whoever may not speak there, present or not."""
        self._rooms.check_open(room)
        self._sanctions.check_speaking(guest, room.slug)

    def slow_seconds(self, guest: Guest, slug: str) -> int:
        """Seconds between two messages of this guest in this room; 0 for none."""
        return max(self._rooms.get(slug).slow_seconds, self._sanctions.slow_seconds(guest, slug))

    def guarded(self, room: Room) -> bool:
        """Whether the room's unattended rules apply now."""
        return self._rooms.guarded(room)

    async def own_message(self, guest: Guest, slug: str, message_id: str) -> Message:
        """A published message of the guest's own in this room; raises `not_found`, `forbidden`."""
        message = await self._message(slug, message_id)
        if message.guest_id != guest.id:
            raise Refused(Code.FORBIDDEN)
        return message

    async def message_to_answer(self, slug: str, message_id: str) -> Message:
        """A published message of this room; raises `not_found`."""
        return await self._message(slug, message_id)

    async def _message(self, slug: str, message_id: str) -> Message:
        message = await self._store.read(rows.get, message_id)
        if message is None or message.room != slug or message.state is not State.PUBLISHED:
            raise Refused(Code.NOT_FOUND)
        return message
