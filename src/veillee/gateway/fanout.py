"""One event to many: encoded once, framed once per transport, written straight to each connection.

Events of one commit that concern one room travel as one frame, one event a line. Whoever blocks an author gets
`skip` in the place of the author's durable events, so that no gap betrays the block, and nothing of their ephemeral
ones. A connection whose buffer is full has left its rooms already (`connection.pause_writing`).
"""

from __future__ import annotations

from collections.abc import Sequence

from veillee.bus.port import Event
from veillee.gateway.framing import server_sent, websocket_text
from veillee.gateway.hub import Hub, RoomHub
from veillee.gateway.link import Link
from veillee.gateway.tail import Entry
from veillee.model.event import PERSONAL, Durable, Ephemeral
from veillee.protocol.codec import encode, event, lines

TYPING_SHOWN_TO = 50
"""Typing is not shown in rooms with more people than this."""


class Fanout:
    """Listens to the bus and writes to the links of the hub. `delivered` counts writes, for the metrics."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.delivered = 0

    def receive(self, events: Sequence[Event]) -> None:
        """Deliver events in their order."""
        batch: list[Durable] = []
        for what in events:
            if isinstance(what, Durable) and what.room != PERSONAL:
                if batch and batch[0].room != what.room:
                    self._deliver(batch)
                    batch = []
                batch.append(what)
                continue
            if batch:
                self._deliver(batch)
                batch = []
            if isinstance(what, Durable):
                self._deliver_personal(what)
            else:
                self._deliver_ephemeral(what)
        if batch:
            self._deliver(batch)

    def _deliver(self, batch: list[Durable]) -> None:
        room = self._hub.room(batch[0].room, batch[0].s - 1)
        fresh = [what for what in batch if what.s > room.tail.last]
        payloads = [room.tail.append(what) for what in fresh]
        if not payloads:
            return
        together = lines(payloads)
        self._write(room, together)
        authors = {what.author for what in fresh}
        for link in list(room.careful):
            if link.blocked.isdisjoint(authors):
                link.send(together)
            else:
                link.send(lines(visible(link, room.slug, what.s, what.author, payload)
                                for what, payload in zip(fresh, payloads, strict=True)))  # fmt: skip
            self.delivered += 1

    def _write(self, room: RoomHub, payload: bytes) -> None:
        if room.plain:
            data = websocket_text(payload)
            writes = list(room.plain.values())
            remaining = iter(writes)
            while True:
                try:
                    for write in remaining:
                        write(data)
                    break
                except RuntimeError:  # uvloop: that handle is closed already; the others are not
                    continue
            self.delivered += len(writes)
        if room.streams:
            data = server_sent(payload)
            for link in list(room.streams):
                link.put(data)
            self.delivered += len(room.streams)

    def _deliver_personal(self, what: Durable) -> None:
        payload = encode(event(what))
        for link in self._hub.of_guest(what.to or ""):
            if link.early is None:
                link.send(payload)
            else:
                link.early.append(what)

    def _deliver_ephemeral(self, what: Ephemeral) -> None:
        payload = encode(event(what))
        if what.to_device is not None:
            for link in self._hub.of_device(what.to_device):
                link.send(payload)
            return
        room = self._hub.room(what.room)
        if what.kind == "typing" and len(room.plain) + len(room.streams) + len(room.careful) > TYPING_SHOWN_TO:
            return
        self._write(room, payload)
        for link in list(room.careful):
            if what.author is None or what.author not in link.blocked:
                link.send(payload)


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
