"""The instance's own secret: made once, kept with the data it protects, never shown."""

from __future__ import annotations

from sqlalchemy import select, text

from veillee.store.port import Tx
from veillee.store.tables.chat import secrets


def instance_secret(tx: Tx, fresh: bytes) -> bytes:
    """The 32-byte secret of this instance; `fresh` becomes it if there is none yet."""
    kept = select(secrets.c.value).where(secrets.c.name == "instance")
    found = tx.execute(kept).scalar()
    if found is None:  # two processes may start at once on an empty store: both get the same
        add = text("INSERT INTO secrets (name, value) VALUES ('instance', :value) ON CONFLICT (name) DO NOTHING")
        tx.execute(add, {"value": fresh.hex()})
        found = tx.execute(kept).scalar_one()
    return bytes.fromhex(found)
