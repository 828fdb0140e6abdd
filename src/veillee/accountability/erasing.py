"""Erasing on the day, hour after hour, while the house runs: what the privacy page promises (GDPR art. 5(1)(e))."""

from __future__ import annotations

import asyncio

import structlog

from veillee.model.clock import Clock
from veillee.protocol.limits import REPLAY_EVENTS
from veillee.store import erasure, partitions
from veillee.store.port import Store, StoreUnavailable

EVERY_S = 3600.0
log = structlog.get_logger("erasing")


class Erasing:
    """`run` until cancelled; `once` for a single pass."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def once(self) -> dict[str, int]:
        """Erase what is due now, and look after the months of PostgreSQL; how many rows of each table went."""
        done = await self._store.write(erasure.erase, self._clock(), REPLAY_EVENTS)
        await self._store.write(partitions.keep_up, self._clock())
        return done

    async def run(self) -> None:
        """Once an hour, the first time at once; a store that cannot write now is asked again later."""
        while True:
            try:
                done = await self.once()
            except StoreUnavailable:
                log.warning("erasing waits for the store")
            else:
                if done:
                    log.info("erased", **done)
            await asyncio.sleep(EVERY_S)
