"""What other processes changed, looked up again here: sanctions, blocks, sessions, rooms, duties, the judge's memory.

The table is what counts; the bus only rings. A change is heard of within milliseconds when the bus works, and within
half a second when it does not. Handlers look up how things stand now, so that hearing of one twice, or late, does no
harm. An instance of one process has no `Changes`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from veillee.bus.port import AnyEvent
from veillee.model.event import Changed
from veillee.store import changes
from veillee.store.port import Store, StoreUnavailable

EVERY_S = 0.5
"""Seconds between two looks when nobody rings."""
LATEST_S = 10.0
"""How much later than a change with a higher id one with a lower may appear: no transaction lasts longer."""
AT_ONCE = 1_000

log = structlog.get_logger("changes")

Handler = Callable[[Changed], Awaitable[object]]


class Changes:
    """Calls who is concerned. `start` before memory is loaded from the store; `run` until cancelled."""

    def __init__(self, store: Store, node: str) -> None:
        self._store = store
        self._node = node
        self._handlers: dict[str, list[Handler]] = {}
        self._seen: dict[int, float] = {}
        self._floor = 0
        self._rung = asyncio.Event()

    def on(self, kind: str, handler: Handler) -> None:
        """Who looks up changes of a kind. A handler that raises is logged, and the change is not repeated."""
        self._handlers.setdefault(kind, []).append(handler)

    def hear(self, events: Sequence[AnyEvent]) -> None:
        """A listener of the bus: look soon if anything changed elsewhere."""
        if any(isinstance(event, Changed) and event.node != self._node for event in events):
            self._rung.set()

    def ring(self) -> None:
        """Look soon: something may have been missed."""
        self._rung.set()

    async def start(self) -> None:
        """Everything up to now is what memory will be loaded with, but for what is being committed."""
        self._floor = max(0, await self._store.read(changes.newest) - AT_ONCE // 2)

    async def look(self) -> int:
        """Carry out what is new; answers how much."""
        now = asyncio.get_running_loop().time()
        fresh, after = 0, self._floor
        while batch := await self._store.read(changes.since, after, self._node, AT_ONCE):
            for place, change in batch:
                if place not in self._seen:
                    fresh += 1
                    await self._carry_out(change)
                    self._seen[place] = now
            after = batch[-1].id
            if len(batch) < AT_ONCE:
                break
        self._forget(now)
        return fresh

    async def run(self) -> None:
        """Look at each ring and every half second, until cancelled."""
        while True:
            try:
                await self.look()
            except StoreUnavailable:
                log.warning("changes wait for the store")
            except Exception:
                log.exception("changes could not be looked up")
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._rung.wait()
            except TimeoutError:
                continue
            finally:
                self._rung.clear()

    async def _carry_out(self, change: Changed) -> None:
        for handler in self._handlers.get(change.kind, ()):
            try:
                await handler(change)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("a change was not taken up", kind=change.kind)

    def _forget(self, now: float) -> None:
        """Ids are remembered as long as one below them may still appear."""
        old = [place for place, at in self._seen.items() if at < now - LATEST_S]
        if old:
            self._floor = max(self._floor, *old)
            self._seen = {place: at for place, at in self._seen.items() if place > self._floor}
