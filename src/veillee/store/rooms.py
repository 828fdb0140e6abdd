"""Verbs on rooms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import func, select, update

from veillee.model.event import Changed
from veillee.model.room import Room
from veillee.store.dialects import upsert
from veillee.store.port import Tx, emit
from veillee.store.tables.chat import messages, rooms


def add(tx: Tx, room: Room) -> bool:
    """Create a room; False if its slug is taken."""
    added = tx.execute(upsert(tx, rooms).values(**asdict(room)).on_conflict_do_nothing()).rowcount == 1
    if added:
        emit(tx, Changed("room", room.slug))
    return added


def all_rooms(tx: Tx) -> list[Room]:
    """Every room, closed ones included, by slug."""
    return [Room(**dict(row._mapping)) for row in tx.execute(select(rooms).order_by(rooms.c.slug))]


def get(tx: Tx, slug: str) -> Room | None:
    """A room by its slug, closed or not."""
    row = tx.execute(select(rooms).where(rooms.c.slug == slug)).first()
    return None if row is None else Room(**dict(row._mapping))


def last_offsets(tx: Tx, slugs: Collection[str]) -> dict[str, int]:
    """The newest offset of each of these rooms."""
    rows = tx.execute(select(rooms.c.slug, rooms.c.last_s).where(rooms.c.slug.in_(slugs)))
    return {row.slug: row.last_s for row in rows}


def change(tx: Tx, room: Room) -> None:
    """Write the room's options; its epoch and offset stay what they are."""
    values = asdict(room)
    for kept in ("slug", "epoch", "last_s", "created_at"):
        del values[kept]
    tx.execute(update(rooms).where(rooms.c.slug == room.slug).values(**values))
    emit(tx, Changed("room", room.slug))


def last_activity(tx: Tx) -> dict[str, int]:
    """When somebody last spoke in each room (Unix ms); rooms nobody spoke in are absent."""
    rows = tx.execute(
        select(messages.c.room, func.max(messages.c.at)).where(messages.c.s.is_not(None)).group_by(messages.c.room)
    )
    return {row[0]: row[1] for row in rows}
