"""Who is still there, without a timer per connection: a wheel of buckets that one task turns once a second.

Each second one bucket's links get a ping; whoever has been silent for two rounds is closed with 4003. Links that did
not say hello within ten seconds are closed with 4401, links whose close is not answered within ten are dropped.
"""

from __future__ import annotations

from veillee.gateway.link import Link
from veillee.model.clock import SECOND, Clock
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.codec import encode
from veillee.protocol.limits import HEARTBEAT_SECONDS, HELLO_SECONDS
from veillee.protocol.session import Phase

CLOSE_SECONDS = 10
_PING = encode({"e": "ping"})


class Heartbeat:
    """The wheel. `turn` is called once a second by the server's task, or by a test."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: list[dict[Link, None]] = [{} for _ in range(HEARTBEAT_SECONDS)]
        self._bucket_of: dict[Link, int] = {}
        self._greeting: dict[Link, int] = {}
        self._closing: dict[Link, int] = {}
        self._hand = 0

    def add(self, link: Link) -> None:
        """A new connection: it has ten seconds to say hello."""
        bucket = (self._hand - 1) % HEARTBEAT_SECONDS
        self._buckets[bucket][link] = None
        self._bucket_of[link] = bucket
        self._greeting[link] = self._clock() + HELLO_SECONDS * SECOND

    def closing(self, link: Link) -> None:
        """The link was told to close: it has ten seconds to do so."""
        self._closing.setdefault(link, self._clock() + CLOSE_SECONDS * SECOND)

    def discard(self, link: Link) -> None:
        """The connection is gone."""
        bucket = self._bucket_of.pop(link, None)
        if bucket is not None:
            self._buckets[bucket].pop(link, None)
        self._greeting.pop(link, None)
        self._closing.pop(link, None)

    def links(self) -> list[Link]:
        """Every open connection, also those that have not said hello."""
        return list(self._bucket_of)

    def turn(self) -> None:
        """One second has passed."""
        now = self._clock()
        for link, until in list(self._greeting.items()):
            if link.session.phase is not Phase.GREETING:
                del self._greeting[link]
            elif now >= until:
                del self._greeting[link]
                link.close(CloseCode.NO_HELLO)
        for link, until in list(self._closing.items()):
            if now >= until:
                link.abort()
        silent_since = now - 2 * HEARTBEAT_SECONDS * SECOND
        for link in list(self._buckets[self._hand]):
            if link.heard_at <= silent_since:
                link.close(CloseCode.NO_PONG)
            else:
                link.send(_PING)
        self._hand = (self._hand + 1) % HEARTBEAT_SECONDS
