"""The outbox: side effects that a commit owes the world (statements, sanctions, alerts), and nothing else.

A row is written in the transaction that decided the effect, carried out afterwards, and deleted when its handler
returned. A crash between the two repeats it: handlers are idempotent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from veillee.model.event import Changed
from veillee.store.port import Tx, emit
from veillee.store.tables.chat import outbox


@dataclass(frozen=True, slots=True)
class Effect:
    """One owed side effect; `id` grows with the order in which effects were decided."""

    id: int
    topic: str
    payload: dict[str, Any]
    attempts: int


def put(tx: Tx, topic: str, payload: dict[str, Any], at: int) -> None:
    """Owe an effect, in this transaction."""
    tx.execute(insert(outbox).values(topic=topic, payload=payload, at=at))
    emit(tx, Changed("owed", topic))


def due(tx: Tx, limit: int = 100, *, without: Collection[str] = ()) -> list[Effect]:
    """The oldest effects still owed, in order; none of the topics in `without`."""
    rows = tx.execute(select(outbox).where(outbox.c.topic.not_in(without)).order_by(outbox.c.id).limit(limit))
    return [Effect(row.id, row.topic, row.payload, row.attempts) for row in rows]


def settle(tx: Tx, effect_id: int) -> None:
    """The effect was carried out; forget it."""
    tx.execute(delete(outbox).where(outbox.c.id == effect_id))


def failed(tx: Tx, effect_id: int) -> None:
    """The handler raised: count the attempt and keep the effect."""
    tx.execute(update(outbox).where(outbox.c.id == effect_id).values(attempts=outbox.c.attempts + 1))
