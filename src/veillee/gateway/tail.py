"""The newest events of a room, encoded, so that joining and resuming after a short drop need no store.

Replay never resurrects: when a message is edited or removed, what the tail holds of it changes with it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from veillee.model.event import Durable
from veillee.protocol.codec import encode, event

LENGTH = 600
"""Events kept per room: a little more than a client may have missed (`limits.REPLAY_EVENTS`)."""


@dataclass(slots=True)
class Entry:
    """One event: its offset, its encoded form, who wrote it (a device), the message it is about."""

    s: int
    payload: bytes
    author: str | None
    message_id: str | None
    kind: str
    at: int
    data: dict[str, Any]


class Tail:
    """The events with `start < s <= last`, in order."""

    def __init__(self, room: str, last: int) -> None:
        self._room = room
        self._entries: deque[Entry] = deque()
        self._about: dict[str, list[Entry]] = {}
        self.start = last
        self.last = last

    def append(self, what: Durable) -> bytes:
        """Take up a new event; answers its encoded form."""
        if what.message_id is not None:
            self._amend(what)
        entry = Entry(what.s, encode(event(what)), what.author, what.message_id, what.kind, what.at, what.data)
        self._entries.append(entry)
        self.last = what.s
        if entry.message_id is not None:
            self._about.setdefault(entry.message_id, []).append(entry)
        if len(self._entries) > LENGTH:
            self._forget_oldest()
        return entry.payload

    def skip(self, last: int) -> None:
        """Nothing up to `last` is here: what follows begins after it."""
        self._entries.clear()
        self._about.clear()
        self.start = self.last = last

    def covers(self, after: int) -> bool:
        """Whether everything after this offset is here."""
        return self.start <= after

    def since(self, after: int) -> list[Entry]:
        """The entries with `s > after`, ascending."""
        count = min(len(self._entries), self.last - after)
        if count <= 0:
            return []
        entries = self._entries
        return [entries[index] for index in range(len(entries) - count, len(entries))]

    def newest(self, count: int) -> list[Entry]:
        """Up to `count` of the newest entries, ascending."""
        return self.since(self.last - count)

    def _forget_oldest(self) -> None:
        oldest = self._entries.popleft()
        self.start = oldest.s
        if oldest.message_id is not None:
            about = self._about[oldest.message_id]
            about.remove(oldest)
            if not about:
                del self._about[oldest.message_id]

    def _amend(self, what: Durable) -> None:
        for entry in self._about.get(what.message_id or "", ()):
            if what.kind == "edit" and entry.kind == "msg" and "b" in entry.data:
                self._rewrite(entry, entry.data | {"b": what.data["b"], "ed": what.at})
            elif what.kind == "edit" and entry.kind == "edit":
                self._rewrite(entry, what.data)
            elif what.kind in ("del", "msg") and entry.kind == "msg":
                entry.author = None
                self._rewrite(entry, {"id": what.message_id, "gone": True})
            elif what.kind in ("del", "msg") and entry.kind == "edit":
                entry.kind, entry.author = "skip", None
                self._rewrite(entry, {})

    def _rewrite(self, entry: Entry, data: dict[str, Any]) -> None:
        entry.data = data
        entry.payload = encode(event(Durable(self._room, entry.s, entry.kind, entry.at, data)))
