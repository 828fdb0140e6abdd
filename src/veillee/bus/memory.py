"""The bus inside one process: whoever subscribed is called at once, in order.

Several buses on one `Air` hear each other, as processes do: for trying out what needs more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from veillee.bus import gauge
from veillee.bus.port import AnyEvent, Listener

_SWEEP = 10_000


class Air:
    """What carries events, counts and leases between the buses of one process."""

    def __init__(self) -> None:
        self.buses: list[MemoryBus] = []
        self.rates = MemoryRates()
        self.leases = MemoryLeases()


class MemoryBus:
    """A `Bus` for a single process. Nothing is lost and nothing is kept."""

    def __init__(self, air: Air | None = None) -> None:
        self._listeners: list[Listener] = []
        self._others: list[MemoryBus] = [] if air is None else air.buses
        self._others.append(self)

    def publish(self, events: Sequence[AnyEvent]) -> None:
        self.here(events)
        for bus in self._others:
            if bus is not self:
                bus.here(events)

    def here(self, events: Sequence[AnyEvent]) -> None:
        for listener in self._listeners:
            listener(events)

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def on_gap(self, listener: Callable[[], None]) -> None:
        """Never called: nothing is missed here."""


class MemoryRates:
    """`Rates` of one process. Buckets are forgotten once full: losing them in a restart costs nothing."""

    def __init__(self) -> None:
        self._full_at: dict[str, int] = {}
        self._turns: dict[str, tuple[int, int]] = {}
        self._sweep_at = [_SWEEP, _SWEEP]

    async def take(self, key: str, burst: int, every: int, now: int) -> int:
        return self.take_now(key, burst, every, now)

    async def turn(self, key: str, interval: int, now: int) -> int:
        return self.turn_now(key, interval, now)

    def take_now(self, key: str, burst: int, every: int, now: int) -> int:
        """As `take`, at once."""
        wait, full = gauge.bucket(self._full_at.get(key), burst, every, now)
        if not wait:
            self._full_at[key] = full
            if len(self._full_at) > self._sweep_at[0]:
                self._full_at = {k: at for k, at in self._full_at.items() if at > now}
                self._sweep_at[0] = max(_SWEEP, 2 * len(self._full_at))
        return wait

    def turn_now(self, key: str, interval: int, now: int) -> int:
        """As `turn`, at once."""
        known = self._turns.get(key)
        wait, at = gauge.turn(None if known is None else known[0], interval, now)
        if wait >= 0:
            self._turns[key] = (at, interval)
            if len(self._turns) > self._sweep_at[1]:
                self._turns = {k: spoke for k, spoke in self._turns.items() if sum(spoke) > now}
                self._sweep_at[1] = max(_SWEEP, 2 * len(self._turns))
        return wait

    def wait(self, key: str, burst: int, every: int, now: int) -> int:
        """Milliseconds until one more may be taken; nothing is."""
        return gauge.bucket(self._full_at.get(key), burst, every, now)[0]


class MemoryLeases:
    """`Leases` inside one process: they end when they are given back, for who kept them ends with it."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[bytes, bytes]] = {}

    async def keep(self, node: str, brief: bytes, whole: bytes, ms: int) -> None:
        if brief:
            self._said[node] = (brief, whole)
        else:
            self._said.pop(node, None)

    async def others(self, node: str) -> Mapping[str, bytes]:
        return {each: brief for each, (brief, _) in self._said.items() if each != node}

    async def whole(self, node: str) -> bytes | None:
        said = self._said.get(node)
        return None if said is None else said[1]
