"""The audit table: who did what to which subject, append-only. Times are Unix milliseconds (UTC)."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table

from veillee.store.tables.metadata import metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(26), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("data", JSON, nullable=False),
    Index(None, "subject"),
    Index(None, "at"),
    sqlite_autoincrement=True,
    info={"retention": "five years"},
)
