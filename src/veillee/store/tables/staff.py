"""Tables of the staff: accounts, sessions, duty. Times are Unix milliseconds (UTC)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from veillee.store.tables.metadata import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("pseudonym", String(24), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("language", String(8), nullable=False, server_default="fr"),
    Column("password_hash", String(160), nullable=False),
    Column("totp_secret", String(64), nullable=False),
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    info={"retention": "one year after the account was disabled"},
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", String(26), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Index(None, "staff_id"),
    info={"retention": "12 hours"},
)

duties = Table(
    "duties",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("staff_id", String(26), nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Index(None, "ends_at"),
    info={"retention": "one year"},
)
