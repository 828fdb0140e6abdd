"""One event to many: encoded once, framed once per transport, written straight to each connection.

A quiet room is written to at once. While a room is busy, what arrives within its window goes out in one frame, one
event a line, in order: a write costs the kernel more than everything else, and most of it does not depend on how much
is written. Whoever blocks an author gets `skip` in the place of the author's durable events, so that no gap betrays
the block, and nothing of their ephemeral ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from veillee.bus.port import Event
from veillee.gateway.framing import server_sent, websocket_text
from veillee.gateway.hub import Hub, RoomHub, Waiting
from veillee.gateway.link import Link
from veillee.gateway.sending import SendAll, Sockets
from veillee.gateway.tail import Entry
from veillee.model.event import PERSONAL, Durable
from veillee.protocol.codec import encode, event, lines

TYPING_SHOWN_TO = 50
"""Typing is not shown in rooms with more people than this."""
WINDOW_S = 0.034
"""The longest time that a busy room's events wait for one another: a little less than a busy place's messages do before
they are read (gateway/rhythm), so that what was read together goes out as soon as it is committed."""
WINDOW_A_LINK_S = 0.0004
"""What one listening link adds to the window: ten people wait 4 ms at most, eighty-five and more the whole of it."""
MANY = 4
FULL = 0.6
"""With so many events waiting, the window closes after this share of it."""
WAITING_BYTES = 48 * 1024
"""As much as goes out together; more is written without waiting for the end of the window."""


class Fanout:
    """Listens to the bus and writes to the links of the hub. `delivered` counts events delivered, `writes` what they
    took, for the metrics."""

    def __init__(self, hub: Hub, sockets: Sockets, send_all: SendAll) -> None:
        self._hub = hub
        self._sockets = sockets
        self._send_all = send_all
        self.delivered = 0
        self.writes = 0
        self.sent_bytes = 0
        hub.flush = self.flush

    def receive(self, events: Sequence[Event]) -> None:
        """Deliver events in their order."""
        touched: dict[str, RoomHub] = {}
        for what in events:
            if isinstance(what, Durable):
                if what.room == PERSONAL:
                    self._deliver_personal(what)
                    continue
                room = self._hub.room(what.room, what.s - 1)
                if what.s <= room.tail.last:
                    continue
                room.wait(what.author, what.s, room.tail.append(what))
            else:
                payload = encode(event(what))
                if what.to_device is not None:
                    self._deliver_to_device(what.to_device, payload)
                    continue
                room = self._hub.room(what.room)
                if what.kind == "typing" and len(room) > TYPING_SHOWN_TO:
                    continue
                room.wait(what.author, None, payload)
            touched[what.room] = room
        for room in touched.values():
            self._write_when_due(room)

    def flush(self, room: RoomHub) -> None:
        """Write what waits in a room now."""
        if room.timer is not None:
            room.timer.cancel()
            room.timer = None
        if not room.waiting:
            return
        waiting, room.waiting, room.waiting_bytes = room.waiting, [], 0
        room.written_at = asyncio.get_running_loop().time()
        together = lines([payload for _, _, payload in waiting])
        self._write(room, together)
        for link in list(room.careful):
            if link.blocked.isdisjoint([author for author, _, _ in waiting]):
                link.send(together)
            elif seen := filtered(link, room.slug, waiting):
                link.send(lines(seen))
        self.delivered += len(waiting) * len(room)

    def _write_when_due(self, room: RoomHub) -> None:
        """At once where nothing was written for the length of the window, else at its end."""
        loop = asyncio.get_running_loop()
        window = min(WINDOW_S, WINDOW_A_LINK_S * len(room))
        many = len(room.waiting) >= MANY
        due = room.written_at + (window * FULL if many else window)
        if room.waiting_bytes > WAITING_BYTES or loop.time() >= due:
            self.flush(room)
        elif room.timer is None:
            room.timer = loop.call_at(due, self.flush, room)

    def _write(self, room: RoomHub, payload: bytes) -> None:
        if room.plain:
            data = websocket_text(payload)
            slots, links = room.sockets()
            self.writes += len(links)
            self.sent_bytes += len(links) * len(data)
            for position, took in self._send_all(self._sockets, slots, data):
                links[position].missed(data, took)
        if room.streams:
            data = server_sent(payload)
            self.writes += len(room.streams)
            self.sent_bytes += len(room.streams) * len(data)
            for link in list(room.streams):
                link.put(data)

    def _deliver_personal(self, what: Durable) -> None:
        payload = encode(event(what))
        for link in self._hub.of_guest(what.to or ""):
            if link.early is None:
                link.send(payload)
            else:
                link.early.append(what)

    def _deliver_to_device(self, device: str, payload: bytes) -> None:
        for link in self._hub.of_device(device):
            link.send(payload)


def filtered(link: Link, room: str, waiting: Sequence[Waiting]) -> list[bytes]:
    """Waiting events as a link may see them: `skip` for a durable one of somebody it blocks, nothing for another."""
    return [
        payload if s is None else visible(link, room, s, author, payload)
        for author, s, payload in waiting
        if s is not None or author is None or author not in link.blocked
    ]


def visible(link: Link, room: str, s: int, author: str | None, payload: bytes) -> bytes:
    """The event as this link may see it: its own payload, or `skip` where its author is blocked."""
    if author is not None and author in link.blocked:
        return encode({"e": "skip", "r": room, "s": s})
    return payload


def entries_for(link: Link, room: str, entries: Sequence[Entry]) -> list[bytes]:
    """Replayed entries as this link may see them."""
    return [visible(link, room, entry.s, entry.author, entry.payload) for entry in entries]


def lines_of(link: Link, payloads: Sequence[bytes]) -> None:
    """Write replayed events to one link, several a frame, in order."""
    for start in range(0, len(payloads), 50):
        link.send(lines(payloads[start : start + 50]))
