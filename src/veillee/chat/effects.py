"""Carrying out what the outbox owes: in order, one at a time, again after a crash.

A handler must be idempotent. One that raises is tried again with the next round, and does not stop the effects of
other topics; after `ALARM` attempts it is logged as an error each time. Of several processes one drains, in its shift.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from veillee.chat.shift import Shift
from veillee.model.event import Changed
from veillee.store import outbox
from veillee.store.port import Store

log = structlog.get_logger("effects")

Handler = Callable[[dict[str, Any]], Awaitable[None]]
ALARM = 3
ROUND_S = 5.0
"""Seconds between two looks at the outbox when nobody nudges; what is put into it nudges, also from other processes."""


class Effects:
    """Drains the outbox into handlers by topic."""

    def __init__(self, store: Store, shift: Shift | None = None) -> None:
        self._store = store
        self._shift = shift
        self._handlers: dict[str, Handler] = {}
        self._nudged = asyncio.Event()
        self._draining = asyncio.Lock()

    def register(self, topic: str, handler: Handler) -> None:
        """Who carries out the effects of a topic."""
        self._handlers[topic] = handler

    def nudge(self) -> None:
        """Something was just owed: do not wait for the next round."""
        self._nudged.set()

    async def owed(self, change: Changed) -> None:
        """Another process owes something."""
        self._nudged.set()

    def hear(self, events: Sequence[object]) -> None:
        """As a listener to commits: whatever was put into the outbox here is carried out without waiting."""
        if any(isinstance(event, Changed) and event.kind == "owed" for event in events):
            self._nudged.set()

    async def drain(self) -> int:
        """Carry out everything owed now; answers how many effects were settled."""
        settled = 0
        stuck: set[str] = set()
        async with self._draining:
            while await self._on_shift() and (batch := await self._store.read(outbox.due, without=frozenset(stuck))):
                for effect in batch:
                    if effect.topic in stuck:
                        continue
                    if await self._carry_out(effect):
                        settled += 1
                    else:
                        stuck.add(effect.topic)
        return settled

    async def run(self) -> None:
        """Drain now, at each nudge and every round, until cancelled."""
        while True:
            self._nudged.clear()
            try:
                await self.drain()
            except Exception:
                log.exception("outbox could not be drained")
            try:
                async with asyncio.timeout(ROUND_S):
                    await self._nudged.wait()
            except TimeoutError:
                continue

    async def _on_shift(self) -> bool:
        return self._shift is None or await self._shift.mine()

    async def _carry_out(self, effect: outbox.Effect) -> bool:
        handler = self._handlers.get(effect.topic)
        try:
            if handler is None:
                raise LookupError("no handler")
            await handler(effect.payload)
        except Exception as error:
            await self._store.write(outbox.failed, effect.id)
            say = log.error if effect.attempts + 1 >= ALARM else log.warning
            say("effect failed", topic=effect.topic, attempts=effect.attempts + 1, error=type(error).__name__)
            return False
        await self._store.write(outbox.settle, effect.id)
        return True
