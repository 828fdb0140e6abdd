"""Whose turn it is to do work that one process does for all: a lease on a row, which ends by itself.

On PostgreSQL its own clock counts, for all processes alike; theirs may be wrong. Elsewhere the caller's time does.
"""

from __future__ import annotations

from sqlalchemy import func, insert, select, update

from veillee.store.dialects import on_postgres
from veillee.store.port import Tx
from veillee.store.tables.processes import shifts


def take(tx: Tx, work: str, node: str, now: int, until: int) -> bool:
    """Have the work of this name from `now` to `until` (Unix ms), or have it longer; False while another has it."""
    length, now = until - now, _told(tx, now)
    until = now + length
    held = tx.execute(select(shifts).where(shifts.c.work == work).with_for_update()).first()
    if held is None:
        tx.execute(insert(shifts).values(work=work, node=node, until=until))
        return True
    if held.node != node and held.until > now:
        return False
    tx.execute(update(shifts).where(shifts.c.work == work).values(node=node, until=until))
    return True


def held(tx: Tx, work: str, node: str, now: int) -> bool:
    """Whether another than `node` has the work now."""
    now = _told(tx, now)
    found = tx.execute(select(shifts).where(shifts.c.work == work, shifts.c.node != node, shifts.c.until > now))
    return found.first() is not None


def give_back(tx: Tx, work: str, node: str) -> None:
    """Not any more: whoever asks next has it."""
    tx.execute(update(shifts).where(shifts.c.work == work, shifts.c.node == node).values(until=0))


def _told(tx: Tx, now: int) -> int:
    if not on_postgres(tx):
        return now
    return int(tx.execute(select(func.extract("epoch", func.clock_timestamp()) * 1000)).scalar_one())
