"""Being in rooms: `join`, `leave`, `sync`, `hist`, `who`, and resuming rooms after a drop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from veillee.chat.access import Access
from veillee.chat.history import History
from veillee.chat.members import Members
from veillee.chat.presence import shown as shown_count
from veillee.gateway.fanout import lines_of
from veillee.gateway.hub import Hub
from veillee.gateway.link import Link
from veillee.gateway.replay import Caught, Replay, shown
from veillee.gateway.reply import NOTHING, Reply
from veillee.model.errors import Code, Refused
from veillee.model.event import PERSONAL
from veillee.model.guest import Guest, Member
from veillee.model.room import Room
from veillee.protocol.codec import encode
from veillee.protocol.commands import Hist, Join, Leave, Sync, Who
from veillee.protocol.limits import ROOMS_A_SESSION

ROSTER = 300
"""Members named in one answer of `who`, at most; `count` says how many there are."""


@dataclass(frozen=True, slots=True)
class Return:
    """A room rejoined and what was missed there, not listened to yet."""

    room: Room
    member: Member
    caught: Caught


class Places:
    """From commands to the verbs of chat/access, chat/members and chat/history."""

    def __init__(self, access: Access, members: Members, history: History, hub: Hub, replay: Replay) -> None:
        self._access = access
        self._members = members
        self._history = history
        self._hub = hub
        self._replay = replay

    async def join(self, link: Link, command: Join) -> Reply:
        """Enter a room: its state and newest 50 events; live events follow. Joining again answers the same."""
        guest = link.known()
        room = self._access.room_to_join(guest, command.r)
        member = await self._arrive(link, guest, room)
        caught = await self._replay.newest(link, room.slug)
        self._hub.listen(link, room.slug)
        return Reply({
            "ep": room.epoch, "s": caught.s, "st": "ok", "me": {"u": member.u, "n": member.pseudonym},
            "room": self._state(room), "last": [msgspec.Raw(payload) for payload in caught.events],
        })  # fmt: skip

    async def come_back(self, link: Link, slug: str, epoch: str, offset: int) -> Return | str:
        """Rejoin after a drop, without listening yet; or why not: `gone`, `no`."""
        guest = link.known()
        try:
            room = self._access.room_to_join(guest, slug)
            member = await self._arrive(link, guest, room)
        except Refused as refused:
            return "gone" if refused.code is Code.NOT_FOUND else "no"
        if epoch == room.epoch:
            caught = await self._replay.after(link, slug, offset)
        else:
            newest = await self._replay.newest(link, slug)
            caught = Caught(newest.events, newest.s, gap=True)
        return Return(room, member, caught)

    def settle(self, link: Link, back: Return) -> tuple[dict[str, Any], list[bytes]]:
        """Listen from now on: the room's entry in the answer to `hello`, and the events that follow that answer.

        Has no await in it, so that several rooms can be resumed in one step and no live event overtakes a replay.
        """
        slug = back.room.slug
        caught = self._replay.top_up(link, slug, back.caught)
        self._hub.listen(link, slug)
        entry = {"ep": back.room.epoch, "s": caught.s, "st": "gap" if caught.gap else "ok", "u": back.member.u}
        return entry, [*caught.events, encode({"e": "synced", "r": slug})]

    async def leave(self, link: Link, command: Leave) -> Reply:
        """Leave a room on this link; leaving one not joined changes nothing."""
        self.depart(link, command.r)
        return NOTHING

    def depart(self, link: Link, slug: str) -> None:
        """This link listens to the room no more."""
        if link.guest is not None and slug in link.rooms:
            link.rooms.discard(slug)
            self._hub.leave(link, slug)
            self._members.part(link.guest, slug)

    async def sync(self, link: Link, command: Sync) -> Reply:
        """Everything after an offset, then `synced`."""
        if command.r == PERSONAL:
            return await self._sync_personal(link, command.after)
        room, _ = self._access.member(link.known(), command.r)
        caught = await self._replay.after(link, room.slug, command.after)
        follow = [*caught.events, encode({"e": "synced", "r": room.slug})]
        value = {"ep": room.epoch, "s": caught.s, "st": "gap" if caught.gap else "ok"}
        return Reply(value, lambda: lines_of(link, follow))

    async def _sync_personal(self, link: Link, after: int) -> Reply:
        guest = link.known()
        events = await self._history.personal(guest.id, after)
        follow = [*shown(link, events), encode({"e": "synced", "r": PERSONAL})]
        last = events[-1].s if events else await self._history.personal_offset(guest.id)
        return Reply({"ep": "me", "s": last, "st": "ok"}, lambda: lines_of(link, follow))

    async def hist(self, link: Link, command: Hist) -> Reply:
        """A page of history, ascending."""
        room, _ = self._access.member(link.known(), command.r)
        events = await self._history.page(
            room.slug, before=command.before, after=command.after, around=command.around, limit=command.limit
        )
        return Reply({"events": [msgspec.Raw(payload) for payload in shown(link, events)]})

    async def who(self, link: Link, command: Who) -> Reply:
        """Who is here, without those the guest blocked."""
        room, _ = self._access.member(link.known(), command.r)
        seen = [m for m in self._members.roster(room.slug) if m.device not in link.blocked]
        named = [{"u": m.u, "n": m.pseudonym} for m in seen[:ROSTER]]
        return Reply({"members": named, "count": self._members.count(room.slug)})

    def _state(self, room: Room) -> dict[str, Any]:
        return {
            "slug": room.slug, "name": room.name, "topic": room.topic, "notice": room.notice,
            "language": room.language, "slow": room.slow_seconds, "links": room.links,
            "retention": room.retention_days, "guarded": self._access.guarded(room),
            "count": shown_count(self._members.count(room.slug)),
        }  # fmt: skip

    async def _arrive(self, link: Link, guest: Guest, room: Room) -> Member:
        if room.slug in link.rooms:
            return self._members.face(guest, room.slug)
        if len(link.rooms) >= ROOMS_A_SESSION:
            raise Refused(Code.RATE_LIMITED, retry=1)
        member = await self._members.join(guest, room.slug)
        try:
            self._access.room_to_join(guest, room.slug)  # a sanction may have come while the store was asked
        except Refused:
            self._members.part(guest, room.slug)
            raise
        link.rooms.add(room.slug)
        return member
