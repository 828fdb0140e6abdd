"""Verbs on sanctions: impose and lift are idempotent, so that the outbox may repeat them."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from veillee.model.sanction import Sanction, SanctionKind
from veillee.store.port import Tx
from veillee.store.tables.chat import sanctions


def impose(tx: Tx, sanction: Sanction) -> bool:
    """Write a sanction; False if this very one is there already."""
    values = asdict(sanction) | {"kind": sanction.kind.value}
    return tx.execute(upsert(sanctions).values(**values).on_conflict_do_nothing()).rowcount == 1


def lift(tx: Tx, sanction_id: str, at: int) -> Sanction | None:
    """End a sanction now; answers it, or None if there is none or it was lifted before."""
    changed = tx.execute(
        update(sanctions).where(sanctions.c.id == sanction_id, sanctions.c.lifted_at.is_(None)).values(lifted_at=at)
    ).rowcount
    return get(tx, sanction_id) if changed else None


def get(tx: Tx, sanction_id: str) -> Sanction | None:
    """A sanction by id."""
    row = tx.execute(select(sanctions).where(sanctions.c.id == sanction_id)).first()
    return None if row is None else Sanction(**(dict(row._mapping) | {"kind": SanctionKind(row.kind)}))


def standing(tx: Tx, now: int) -> list[Sanction]:
    """Every sanction that restricts now or will."""
    rows = tx.execute(
        select(sanctions).where(
            sanctions.c.lifted_at.is_(None), or_(sanctions.c.ends_at > now, sanctions.c.ends_at.is_(None))
        )
    )
    return [Sanction(**(dict(row._mapping) | {"kind": SanctionKind(row.kind)})) for row in rows]


def of_device(tx: Tx, device: str) -> list[Sanction]:
    """The history of a device, newest first, for staff."""
    rows = tx.execute(select(sanctions).where(sanctions.c.device == device).order_by(sanctions.c.starts_at.desc()))
    return [Sanction(**(dict(row._mapping) | {"kind": SanctionKind(row.kind)})) for row in rows]
