"""The instance's own secret: made once, kept with the data it protects, never shown."""

from __future__ import annotations

from sqlalchemy import insert, select

from veillee.store.port import Tx
from veillee.store.tables.chat import secrets


def instance_secret(tx: Tx, fresh: bytes) -> bytes:
    """The 32-byte secret of this instance; `fresh` becomes it if there is none yet."""
    found = tx.execute(select(secrets.c.value).where(secrets.c.name == "instance")).scalar()
    if found is not None:
        return bytes.fromhex(found)
    tx.execute(insert(secrets).values(name="instance", value=fresh.hex()))
    return fresh
