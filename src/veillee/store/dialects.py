"""The few places where SQLite and PostgreSQL differ, so that a verb is written once and runs on both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from veillee.store.port import Tx


def on_postgres(tx: Tx) -> bool:
    """Whether the transaction is one of PostgreSQL."""
    return tx.dialect.name == "postgresql"


def upsert(tx: Tx, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An `INSERT` into the table that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgresql.insert(table) if on_postgres(tx) else sqlite.insert(table)


def lock(tx: Tx, what: str) -> None:
    """Let nobody else hold the lock named `what` until this transaction ends; waits for whoever holds it.

    What is read afterwards contains what they committed. On SQLite the writer is one: there is nothing to wait for.
    """
    if on_postgres(tx):
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def lock_at_once(tx: Tx, what: str) -> bool:
    """As `lock`, but answers False instead of waiting."""
    return not on_postgres(tx) or bool(
        tx.execute(select(func.pg_try_advisory_xact_lock(func.hashtextextended(what, 0)))).scalar()
    )


def writable(text: str) -> str:
    """The text as PostgreSQL can keep it: it knows no U+0000, which becomes U+FFFD. `fetch` leaves it to you."""
    return text.replace("\0", "\ufffd")


def fetch(tx: Tx, statement: str, *values: Any) -> list[Any]:
    """The rows of a statement with `$1` parameters, handed to asyncpg as it is: for the hot path on PostgreSQL only."""
    adapted: Any = tx.connection.dbapi_connection
    rows: list[Any] = adapted.run_async(lambda connection: connection.fetch(statement, *values))
    return rows


def run(tx: Tx, statements: str) -> str:
    """Statements without parameters (`BEGIN`, savepoints), in one round trip to PostgreSQL; answers the last tag."""
    adapted: Any = tx.connection.dbapi_connection
    tag: str = adapted.run_async(lambda connection: connection.execute(statements))
    return tag
