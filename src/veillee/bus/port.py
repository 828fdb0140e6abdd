"""What may be lost: events on their way from where they happened to where people listen; and what the processes of
one instance count together for a while.

Ordering: events published by one process arrive in the order they were published. Delivery is at most once; a
listener that finds a hole in a room's offsets fills it from the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from veillee.model.event import Changed, Durable, Ephemeral, Moved

Event = Durable | Ephemeral
"""What guests hear of."""
AnyEvent = Event | Changed | Moved
"""What processes hear of."""
Listener = Callable[[Sequence[AnyEvent]], None]


class BusAway(Exception):
    """The bus does not answer: nothing is known of what other processes count; go on alone."""


class Bus(Protocol):
    """Publish and subscribe. Listeners are plain functions and must not block.

    `publish` calls the listeners of this process at once and hands the events to every other process; it never waits
    and never raises: what cannot be sent is lost. `here` calls the listeners of this process only. `subscribe` gets
    both, what came from elsewhere included; nothing arrives twice. `on_gap` is called whenever something published
    elsewhere may have been missed: compare with the store.
    """

    def publish(self, events: Sequence[AnyEvent]) -> None: ...

    def here(self, events: Sequence[AnyEvent]) -> None: ...

    def subscribe(self, listener: Listener) -> None: ...

    def on_gap(self, listener: Callable[[], None]) -> None: ...


class Rates(Protocol):
    """Counters that all processes share, by key. Times are Unix milliseconds, intervals milliseconds.

    Both raise `BusAway` where the answer does not come; then nothing is known, and something may have been counted.
    """

    async def take(self, key: str, burst: int, every: int, now: int) -> int:
        """Take one from a bucket of `burst` that wins one back `every` ms: 0, or the ms until there is one."""
        ...

    async def turn(self, key: str, interval: int, now: int) -> int:
        """The ms until this one's turn, which is taken (0 for now). Negative: one waits already, and turns come free
        again in so many ms; nothing is taken."""
        ...


class Leases(Protocol):
    """What each process says of itself, for as long as it keeps saying it: in brief, which all others read, and as a
    whole, for whoever wants it. All raise `BusAway`."""

    async def keep(self, node: str, brief: bytes, whole: bytes, ms: int) -> None:
        """Say this of `node` for the next `ms` milliseconds; nothing any more after an empty `brief`."""
        ...

    async def others(self, node: str) -> Mapping[str, bytes]:
        """What every other process says of itself in brief, by node."""
        ...

    async def whole(self, node: str) -> bytes | None:
        """What one process says of itself as a whole; None if it says nothing."""
        ...
