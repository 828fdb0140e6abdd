"""Who listens where: links by room, by guest and by device, and the tail of each room."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Iterable

from veillee.gateway.link import Link
from veillee.gateway.tail import Tail

Waiting = tuple[str | None, int | None, bytes]
"""An event that waits to be written: who wrote it (a device), its offset if it is durable, its encoded form."""

CROWD = 200
"""Writing an event to more people than this takes longer than an answer should wait for it: 2 ms."""


class RoomHub:
    """The links in one room, in three groups that the fanout serves differently.

    `plain`: WebSocket links that see everything; the loop over their sockets is the hot path. `streams`: the same over
    server-sent events. `careful`: links whose guest blocks somebody. `waiting` holds the events that go out together
    at the next flush, `written_at` when the last one was (seconds of the loop), `timer` the one that was asked for.
    """

    __slots__ = (
        "_order", "_slots", "careful", "plain", "slug", "streams", "tail", "timer", "waiting", "waiting_bytes",
        "written_at",
    )  # fmt: skip

    def __init__(self, slug: str, last: int) -> None:
        self.slug = slug
        self.plain: dict[Link, int] = {}
        self.streams: dict[Link, None] = {}
        self.careful: dict[Link, None] = {}
        self.tail = Tail(slug, last)
        self.waiting: list[Waiting] = []
        self.waiting_bytes = 0
        self.written_at = float("-inf")
        self.timer: asyncio.TimerHandle | None = None
        self._slots: array[int] | None = None
        self._order: list[Link] = []

    def wait(self, author: str | None, s: int | None, payload: bytes) -> None:
        """One more event for the next flush."""
        self.waiting.append((author, s, payload))
        self.waiting_bytes += len(payload)

    def add(self, link: Link) -> None:
        """Listen from now on, in the group that suits the link."""
        if link.blocked:
            self.careful[link] = None
        elif link.slot is not None:
            self.plain[link] = link.slot
            self._slots = None
        else:
            self.streams[link] = None

    def discard(self, link: Link) -> None:
        """Do not listen any more."""
        if self.plain.pop(link, None) is not None:
            self._slots = None
        self.streams.pop(link, None)
        self.careful.pop(link, None)

    def listens(self, link: Link) -> bool:
        """Whether the link gets this room's events."""
        return link in self.plain or link in self.streams or link in self.careful

    @property
    def occupied(self) -> bool:
        """Whether anybody listens."""
        return bool(self.plain or self.streams or self.careful)

    def links(self) -> list[Link]:
        """Everybody listening."""
        return [*self.plain, *self.streams, *self.careful]

    def sockets(self) -> tuple[array[int], list[Link]]:
        """The slots of the plain links and, in the same order, the links: good until somebody comes or goes."""
        if self._slots is None:
            self._slots = array("i", self.plain.values())
            self._order = list(self.plain)
        return self._slots, self._order

    def __len__(self) -> int:
        return len(self.plain) + len(self.streams) + len(self.careful)


class Hub:
    """All links of this process. `flush` writes what waits in a room: before anybody begins or ceases to listen, so
    that everybody gets what was said while they were there, once. The fanout sets it."""

    def __init__(self) -> None:
        self._rooms: dict[str, RoomHub] = {}
        self._guests: dict[str, dict[Link, None]] = {}
        self._devices: dict[str, dict[Link, None]] = {}
        self._all: dict[Link, None] = {}
        self.flush: Callable[[RoomHub], None] = lambda room: None

    def open(self, slug: str, last: int) -> None:
        """Know a room and its newest offset before anybody joins it."""
        self._rooms.setdefault(slug, RoomHub(slug, last))

    def room(self, slug: str, last: int = 0) -> RoomHub:
        """The room's links; a room never heard of starts at `last`."""
        found = self._rooms.get(slug)
        if found is None:
            found = self._rooms[slug] = RoomHub(slug, last)
        return found

    def settled(self, slug: str) -> RoomHub:
        """The room, once everything in its tail has been written to whoever listens."""
        room = self.room(slug)
        self.flush(room)
        return room

    def listened(self) -> list[RoomHub]:
        """The rooms that somebody listens to."""
        return [room for room in self._rooms.values() if room.occupied]

    def add(self, link: Link) -> None:
        """A link whose guest is known."""
        assert link.guest is not None
        self._guests.setdefault(link.guest.id, {})[link] = None
        self._devices.setdefault(link.guest.device, {})[link] = None
        self._all[link] = None

    def listen(self, link: Link, slug: str) -> None:
        """The link gets the room's events from now on, once; a link that is over or has left the room does not."""
        room = self.settled(slug)
        room.discard(link)
        if slug in link.rooms and not link.over:
            room.add(link)

    def leave(self, link: Link, slug: str) -> None:
        """The link gets the room's events no more, and everything up to now."""
        self.settled(slug).discard(link)

    def silence(self, link: Link) -> None:
        """The link gets no room's events any more, although it has not left yet. May be called from inside a flush."""
        for slug in link.rooms:
            self._rooms[slug].discard(link)

    def discard(self, link: Link) -> None:
        """A link that is gone: nothing reaches it any more."""
        self.silence(link)
        self._all.pop(link, None)
        if link.guest is None:
            return
        for index, key in ((self._guests, link.guest.id), (self._devices, link.guest.device)):
            links = index.get(key)
            if links is not None:
                links.pop(link, None)
                if not links:
                    del index[key]

    def regroup(self, link: Link) -> None:
        """Whom the link's guest blocks has changed: what waits is filtered as the block says now."""
        for slug in link.rooms:
            room = self._rooms[slug]
            if room.listens(link):
                room.discard(link)
                room.add(link)

    def crowded(self, link: Link) -> bool:
        """Whether the link listens to a room so large that writing to everybody takes a while."""
        return any(slug in self._rooms and len(self._rooms[slug]) > CROWD for slug in link.rooms)

    def of_guest(self, guest_id: str) -> list[Link]:
        """The guest's links."""
        return list(self._guests.get(guest_id, ()))

    def of_device(self, device: str) -> list[Link]:
        """The links of every guest who uses a device."""
        return list(self._devices.get(device, ()))

    def guests(self) -> list[str]:
        """Ids of the guests who are connected."""
        return list(self._guests)

    def everybody(self) -> Iterable[Link]:
        """Every link whose guest is known."""
        return list(self._all)

    def __len__(self) -> int:
        return len(self._all)
