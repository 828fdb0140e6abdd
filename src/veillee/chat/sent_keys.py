"""Idempotency keys that were used in the last 24 hours: asked before anything else happens to a draft.

The store's table decides (`messages.append`); this memory answers most repeats before throttle and judging, and makes
a repeat wait while the first one is still under way. Bounded: whoever is forgotten here is read from the store again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace

from veillee.model.clock import DAY, Clock
from veillee.model.message import Appended
from veillee.store import messages as rows
from veillee.store.port import Store

AUTHORS = 20_000
KEYS = 1_000
"""Keys remembered of one author."""


class SentKeys:
    """Keys by author, the least recently used author forgotten first."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._authors: OrderedDict[str, dict[str, Appended]] = OrderedDict()
        self._under_way: dict[tuple[str, str], asyncio.Event | None] = {}

    async def begin(self, guest_id: str, key: str) -> Appended | None:
        """Wait until nobody else uses this key; answers what was sent under it in the last 24 hours, or None. Call
        `end` afterwards, unless this raises."""
        place = (guest_id, key)
        while place in self._under_way:
            earlier = self._under_way[place] = self._under_way[place] or asyncio.Event()
            await earlier.wait()
        self._under_way[place] = None
        try:
            return await self._known(guest_id, key)
        except BaseException:
            self.end(guest_id, key)
            raise

    def end(self, guest_id: str, key: str) -> None:
        """Whoever waits for this key may have it."""
        waited_for = self._under_way.pop((guest_id, key))
        if waited_for is not None:
            waited_for.set()

    def remember(self, guest_id: str, key: str, appended: Appended) -> None:
        """This was committed under the key."""
        known = self._authors.get(guest_id)
        if known is None:
            return
        known[key] = appended
        if len(known) > KEYS:
            del known[next(iter(known))]

    def fresh(self, guest_id: str) -> None:
        """Somebody has just come to be: nothing was sent, and nobody need look."""
        self._authors[guest_id] = {}
        self._bound()

    def forget(self, guest_id: str) -> None:
        """What the guest sent may have gone through another process: the store is asked again."""
        self._authors.pop(guest_id, None)

    async def _known(self, guest_id: str, key: str) -> Appended | None:
        since = self._clock() - DAY
        known = self._authors.get(guest_id)
        if known is None:
            read = await self._store.read(rows.known_keys, guest_id, since, KEYS)
            known = self._authors.setdefault(guest_id, read)
            self._bound()
        else:
            self._authors.move_to_end(guest_id)
        found = known.get(key)
        if found is None or found.at <= since:
            return None
        if found.s is None and (stored := await self._store.read(rows.get, found.id)) is not None:
            return replace(found, s=stored.s, state=stored.state)  # it may have been released since
        return found

    def _bound(self) -> None:
        if len(self._authors) > AUTHORS:
            self._authors.popitem(last=False)
