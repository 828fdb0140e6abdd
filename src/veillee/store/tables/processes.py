"""Tables by which the processes of one instance know of each other: what changed, and whose turn it is to work."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table

from veillee.store.tables.metadata import metadata

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(140), nullable=False),
    Column("data", JSON, nullable=False),
    Column("node", String(16), nullable=False),
    Index(None, "subject"),
    Index(None, "at"),
    sqlite_autoincrement=True,
    info={"retention": "one hour"},
)

shifts = Table(
    "shifts",
    metadata,
    Column("work", String(16), primary_key=True),
    Column("node", String(16), nullable=False),
    Column("until", BigInteger, nullable=False),
    info={"retention": "while the instance exists"},
)
