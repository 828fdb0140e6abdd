"""What was said: pages of a room's durable events, rendered from what is stored now."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from veillee.model.event import Durable
from veillee.model.message import Message
from veillee.protocol.limits import FIRST_EVENTS, HISTORY_EVENTS
from veillee.store import guests as guest_rows
from veillee.store import messages as rows
from veillee.store import rooms as room_rows
from veillee.store.port import Store

_END = 2**62
_AT_ONCE = 500
"""Guests asked for in one query."""


class History:
    """Reads; it neither checks rights (access does) nor filters blocks (the fanout does)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(
        self,
        room: str,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int = FIRST_EVENTS,
    ) -> list[Durable]:
        """Up to `limit` (at most 100) events, ascending: the newest before `before`, the oldest after `after`, half
        on each side of `around`, or the newest of all."""
        limit = max(1, min(limit, HISTORY_EVENTS))
        if around is not None:
            older = await self._store.read(rows.events, room, 0, around + 1, limit - limit // 2, newest=True)
            newer = await self._store.read(rows.events, room, around, _END, limit // 2)
            return older + newer
        if after is not None and before is None:
            return await self._store.read(rows.events, room, after, _END, limit)
        return await self._store.read(
            rows.events, room, after or 0, _END if before is None else before, limit, newest=True
        )

    async def since(self, room: str, after: int, upto: int, limit: int) -> list[Durable]:
        """The events with `after < s <= upto`, ascending, `limit` of them at most."""
        return await self._store.read(rows.events, room, after, upto + 1, limit)

    async def personal(self, guest_id: str, after: int) -> list[Durable]:
        """The guest's personal events after an offset."""
        return await self._store.read(guest_rows.personal_events, guest_id, after, FIRST_EVENTS)

    async def personal_offset(self, guest_id: str) -> int:
        """The newest offset of the guest's personal stream."""
        return await self._store.read(guest_rows.personal_offset, guest_id)

    async def offsets(self, rooms: Collection[str]) -> dict[str, int]:
        """The newest offset of each of these rooms."""
        return await self._store.read(room_rows.last_offsets, rooms)

    async def personal_offsets(self, guest_ids: Sequence[str]) -> dict[str, int]:
        """The newest offset of each of these guests' personal streams."""
        found: dict[str, int] = {}
        for start in range(0, len(guest_ids), _AT_ONCE):
            found |= await self._store.read(guest_rows.personal_offsets, guest_ids[start : start + _AT_ONCE])
        return found

    async def around_message(self, message_id: str, each_side: int = 15) -> list[Message]:
        """The message with its neighbours, in whatever state: for staff and snapshots only."""
        return await self._store.read(rows.around, message_id, each_side)
