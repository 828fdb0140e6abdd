"""Work that one of several processes does for all: whoever has the shift does it, the others stand by.

The store keeps the shift, so that it works while the bus is away, and PostgreSQL's clock counts: those of two hosts may
differ. For a moment two may both think that it is theirs, and what is done in a shift must bear that.
"""

from __future__ import annotations

import structlog

from veillee.model.clock import SECOND, Clock
from veillee.store import shifts
from veillee.store.port import Store

LENGTH = 10 * SECOND
"""A shift that is not kept up ends after so long: its process may have died."""
KEEP_UP = 3 * SECOND

log = structlog.get_logger("shift")


class Shift:
    """One kind of work. Without a `node` there is only one process, and the shift is always its own."""

    def __init__(self, store: Store, clock: Clock, work: str, node: str | None) -> None:
        self._store = store
        self._clock = clock
        self._work = work
        self._node = node
        self._mine_until = 0

    async def mine(self) -> bool:
        """Whether this process is to do the work now; takes the shift if nobody has it."""
        if self._node is None:
            return True
        now = self._clock()
        since = self._mine_until - LENGTH
        if since <= now < since + KEEP_UP:  # a clock set back does not make the shift longer
            return True
        try:
            taken = not await self._store.read(shifts.held, self._work, self._node, now) and await self._store.write(
                shifts.take, self._work, self._node, now, now + LENGTH
            )
        except Exception as error:  # two took it at once, or the store is away
            log.warning("no shift", work=self._work, error=type(error).__name__)
            taken = False
        self._mine_until = now + LENGTH if taken else 0
        return taken

    async def end(self) -> None:
        """Hand the work over: the next one need not wait for the shift to run out."""
        if self._node is not None and self._mine_until:
            self._mine_until = 0
            await self._store.write(shifts.give_back, self._work, self._node)
