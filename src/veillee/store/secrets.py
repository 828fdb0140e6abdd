"""The instance's own secret: made once, kept with the data it protects, never shown."""

from __future__ import annotations

from sqlalchemy import select

from veillee.store.dialects import upsert
from veillee.store.port import Tx
from veillee.store.tables.chat import secrets


def instance_secret(tx: Tx, fresh: bytes) -> bytes:
    """The 32-byte secret of this instance; `fresh` becomes it if there is none yet."""
    tx.execute(upsert(tx, secrets).values(name="instance", value=fresh.hex()).on_conflict_do_nothing())
    found = tx.execute(select(secrets.c.value).where(secrets.c.name == "instance")).scalar_one()
    return bytes.fromhex(found)
