"""The audit: every action of staff, of the command line and of the automatic tools; appended, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select

from veillee.store.port import Tx
from veillee.store.tables.audit import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor` (a staff id, `cli` or `automod`) did `action` (dotted, past tense) to `subject` at `at` (Unix ms)."""

    id: int
    at: int
    actor: str
    action: str
    subject: str
    data: dict[str, Any]


def append(tx: Tx, actor: str, action: str, subject: str, data: dict[str, Any], at: int) -> None:
    """Write an entry, in the transaction of what it tells about."""
    tx.execute(insert(audit).values(at=at, actor=actor, action=action, subject=subject, data=data))


def entries(tx: Tx, *, subject: str | None = None, before: int | None = None, limit: int = 100) -> list[Entry]:
    """The newest entries first; of one subject, or those with an id under `before`."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    if before is not None:
        query = query.where(audit.c.id < before)
    return [Entry(row.id, row.at, row.actor, row.action, row.subject, row.data) for row in tx.execute(query)]


def count(tx: Tx, actor: str, action: str, since: int) -> int:
    """How many times somebody did something since `since` (Unix ms)."""
    query = select(func.count()).where(audit.c.actor == actor, audit.c.action == action, audit.c.at >= since)
    return int(tx.execute(query).scalar() or 0)
