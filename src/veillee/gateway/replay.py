"""What a client missed: from the tail where it reaches back far enough, from the store where it does not.

The promise: between the last event of a replay and the first live one nothing is missing and nothing comes twice.
It holds because the step from "I have everything up to now" to "listening" has no await in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from veillee.chat.history import History
from veillee.gateway.fanout import entries_for, visible
from veillee.gateway.hub import Hub
from veillee.gateway.link import Link
from veillee.model.event import Durable
from veillee.protocol.codec import encode, event
from veillee.protocol.limits import FIRST_EVENTS, REPLAY_EVENTS


@dataclass(frozen=True, slots=True)
class Caught:
    """Encoded events up to offset `s`, ascending; `gap` says that they do not start where the client stood."""

    events: list[bytes]
    s: int
    gap: bool = False


class Replay:
    """Finds what a link has missed in a room. After the answer the caller attaches the link before any await; who
    has to wait for something else in between tops the answer up first."""

    def __init__(self, hub: Hub, history: History) -> None:
        self._hub = hub
        self._history = history

    async def after(self, link: Link, slug: str, after: int) -> Caught:
        """Everything after an offset; the newest 50 and `gap` when that is more than 500 or lies in the future."""
        tail = self._hub.settled(slug).tail
        if after > tail.last or tail.last - after > REPLAY_EVENTS:
            caught = await self.newest(link, slug)
            return Caught(caught.events, caught.s, gap=True)
        events: list[bytes] = []
        reached = after
        while not tail.covers(reached):
            missed = await self._history.since(slug, reached, tail.last, REPLAY_EVENTS)
            if not missed:
                break
            events.extend(shown(link, missed))
            reached = missed[-1].s
        self._hub.settled(slug)  # nothing of it may come again to a link that listens already
        events.extend(entries_for(link, slug, tail.since(reached)))
        return Caught(events, tail.last)

    def top_up(self, link: Link, slug: str, caught: Caught) -> Caught:
        """What was caught some time ago, with what has come since: then the caller attaches at once."""
        tail = self._hub.settled(slug).tail
        if caught.s == tail.last:
            return caught
        if tail.covers(caught.s):
            return Caught([*caught.events, *entries_for(link, slug, tail.since(caught.s))], tail.last, caught.gap)
        return Caught(entries_for(link, slug, tail.newest(FIRST_EVENTS)), tail.last, gap=True)

    async def newest(self, link: Link, slug: str, count: int = FIRST_EVENTS) -> Caught:
        """The newest events of the room."""
        tail = self._hub.settled(slug).tail
        oldest = max(0, tail.last - count)
        if tail.covers(oldest):
            return Caught(entries_for(link, slug, tail.since(oldest)), tail.last)
        upto = tail.last
        stored = await self._history.page(slug, before=upto + 1, limit=count)
        newer = entries_for(link, slug, tail.since(upto))
        return Caught([*shown(link, stored), *newer][-count:], tail.last)


def shown(link: Link, events: list[Durable]) -> list[bytes]:
    """Stored events, encoded as this link may see them."""
    return [visible(link, what.room, what.s, what.author, encode(event(what))) for what in events]
