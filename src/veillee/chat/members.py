"""Guests in rooms: under which face each is known there, who is present, who does not want to see whom."""

from __future__ import annotations

from veillee.chat.keys import Keys
from veillee.chat.presence import Presence
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest, Member
from veillee.store import guests as rows
from veillee.store.port import Store

_REMEMBERED = 50_000


class Members:
    """Membership. Blocks hold on to devices: a new pseudonym or a new visit does not undo them."""

    def __init__(self, store: Store, clock: Clock, keys: Keys, presence: Presence) -> None:
        self._store = store
        self._clock = clock
        self._keys = keys
        self._presence = presence
        self._joined: set[str] = set()

    def face(self, guest: Guest, room: str) -> Member:
        """The guest as others see them in the room."""
        u = self._keys.face(guest.id, room, guest.pseudonym)
        return Member(u, guest.id, room, guest.pseudonym, guest.device)

    async def join(self, guest: Guest, room: str) -> Member:
        """One more connection of the guest in the room; their face is remembered so that it can be reported."""
        member = await self.known_as(guest, room)
        self._presence.arrive(member)
        return member

    async def known_as(self, guest: Guest, room: str) -> Member:
        """The guest's face in the room, remembered so that whoever saw it can report or block it."""
        member = self.face(guest, room)
        if member.u not in self._joined:
            await self._store.write(rows.join, member, self._clock())
            if len(self._joined) >= _REMEMBERED:
                self._joined.clear()  # writing a face again changes nothing
            self._joined.add(member.u)
        return member

    def part(self, guest: Guest, room: str) -> None:
        """One connection less."""
        self._presence.depart(room, guest.id)

    async def rename(self, before: Guest, after: Guest, rooms: list[str]) -> None:
        """Show the guest's new pseudonym in the rooms they are in."""
        for room in rooms:
            face = await self.known_as(after, room)
            self._presence.rename(self.face(before, room), face)

    def here(self, guest: Guest, room: str) -> Member | None:
        """The guest's membership, if they are in the room."""
        return self._presence.member(room, guest.id)

    def count(self, room: str) -> int:
        """How many are seen in the room."""
        return self._presence.count(room)

    def size(self, room: str) -> int:
        """How many are in the room."""
        return self._presence.size(room)

    def spoke(self, guest_id: str, room: str) -> None:
        """The guest spoke in the room."""
        self._presence.spoke(room, guest_id)

    def roster(self, room: str) -> list[Member]:
        """Who is in the room."""
        return self._presence.members(room)

    async def known(self, u: str) -> tuple[Member, Guest]:
        """Who is meant by a `u`; raises `not_found`."""
        found = await self._store.read(rows.by_u, u)
        if found is None:
            raise Refused(Code.NOT_FOUND)
        return found

    async def block(self, guest: Guest, u: str) -> str:
        """The guest does not want to see this person again, in any room; answers the blocked device."""
        _, other = await self.known(u)
        if other.device == guest.device:
            raise Refused(Code.FORBIDDEN)
        await self.block_device(guest, other.device)
        return other.device

    async def block_device(self, guest: Guest, device: str) -> None:
        """As `block`, for somebody known by their device."""
        await self._store.write(rows.block, guest.device, device, self._clock())

    async def unblock(self, guest: Guest, u: str) -> str:
        """Undo `block`."""
        _, other = await self.known(u)
        await self._store.write(rows.unblock, guest.device, other.device)
        return other.device

    async def blocked(self, guest: Guest) -> frozenset[str]:
        """The devices this guest blocked."""
        return await self.blocked_by(guest.device)

    async def blocked_by(self, device: str) -> frozenset[str]:
        """The devices that a device's guests blocked."""
        return await self._store.read(rows.blocked_by, device)
