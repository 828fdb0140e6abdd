"""Verbs on sanctions: impose and lift are idempotent, so that the outbox may repeat them."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select, update

from veillee.model.sanction import Sanction, SanctionKind
from veillee.store.dialects import upsert
from veillee.store.port import Tx
from veillee.store.tables.chat import sanctions


def impose(tx: Tx, sanction: Sanction) -> Sanction:
    """Write a sanction; answers it as it stands: if this very one is there already, it may have been lifted since."""
    values = asdict(sanction) | {"kind": sanction.kind.value}
    tx.execute(upsert(tx, sanctions).values(**values).on_conflict_do_nothing())
    return get(tx, sanction.id) or sanction


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
    """Every sanction that restricts now or will: a warning does neither."""
    rows = tx.execute(select(sanctions).where(sanctions.c.lifted_at.is_(None), sanctions.c.ends_at > now))
    return [Sanction(**(dict(row._mapping) | {"kind": SanctionKind(row.kind)})) for row in rows]


def of_device(tx: Tx, device: str) -> list[Sanction]:
    """The history of a device, newest first, for staff."""
    rows = tx.execute(select(sanctions).where(sanctions.c.device == device).order_by(sanctions.c.starts_at.desc()))
    return [Sanction(**(dict(row._mapping) | {"kind": SanctionKind(row.kind)})) for row in rows]
