"""Verbs on rooms."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import func, select, update

from veillee.model.room import Room
from veillee.store.dialects import upsert
from veillee.store.port import Tx
from veillee.store.tables.chat import messages, rooms


def add(tx: Tx, room: Room) -> bool:
    """Create a room; False if its slug is taken."""
    return tx.execute(upsert(tx, rooms).values(**asdict(room)).on_conflict_do_nothing()).rowcount == 1


def all_rooms(tx: Tx) -> list[Room]:
    """Every room, closed ones included, by slug."""
    return [Room(**dict(row._mapping)) for row in tx.execute(select(rooms).order_by(rooms.c.slug))]


def change(tx: Tx, room: Room) -> None:
    """Write the room's options; its epoch and offset stay what they are."""
    values = asdict(room)
    for kept in ("slug", "epoch", "last_s", "created_at"):
        del values[kept]
    tx.execute(update(rooms).where(rooms.c.slug == room.slug).values(**values))


def last_activity(tx: Tx) -> dict[str, int]:
    """When somebody last spoke in each room (Unix ms); rooms nobody spoke in are absent."""
    rows = tx.execute(
        select(messages.c.room, func.max(messages.c.at)).where(messages.c.s.is_not(None)).group_by(messages.c.room)
    )
    return {row[0]: row[1] for row in rows}
