"""What changed lately, told by each process to the others, in the transaction that changed it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import func, insert, select

from veillee.model.event import Changed
from veillee.store.port import Tx
from veillee.store.tables.processes import changes

P = ParamSpec("P")
R = TypeVar("R")


class Noted(NamedTuple):
    """A change with its place: `id` grows, but a transaction that ends late may bring a smaller one after."""

    id: int
    change: Changed


def noting(
    tx: Tx, node: str, at: int, verb: Callable[Concatenate[Tx, P], R], /, *args: P.args, **kwargs: P.kwargs
) -> R:
    """Run a verb, and note down for the other processes what it says has changed."""
    before = len(tx.info.get("emitted", ()))
    value = verb(tx, *args, **kwargs)
    emitted = tx.info.get("emitted", [])
    for place, event in enumerate(emitted[before:], before):
        if isinstance(event, Changed):
            emitted[place] = Changed(event.kind, event.subject, event.data, node)
            tx.execute(
                insert(changes).values(at=at, kind=event.kind, subject=event.subject, data=event.data, node=node)
            )
    return value


def since(tx: Tx, after: int, node: str, limit: int = 1_000) -> list[Noted]:
    """What changed elsewhere than on `node`, with an id above `after`, ascending; `limit` of them at most."""
    rows = tx.execute(
        select(changes).where(changes.c.id > after, changes.c.node != node).order_by(changes.c.id).limit(limit)
    )
    return [Noted(row.id, Changed(row.kind, row.subject, row.data, row.node)) for row in rows]


def newest(tx: Tx) -> int:
    """The id given out last; 0 before the first."""
    return int(tx.execute(select(func.max(changes.c.id))).scalar() or 0)


def states(tx: Tx, subjects: Collection[str]) -> list[tuple[str, Any]]:
    """What was written of these subjects of the judge's memory in the last hour, the oldest first."""
    rows = tx.execute(
        select(changes.c.subject, changes.c.data)
        .where(changes.c.kind == "risk", changes.c.subject.in_(subjects))
        .order_by(changes.c.id)
    )
    return [(row.subject, row.data) for row in rows]
