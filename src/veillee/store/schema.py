"""Bringing a database to the present schema, forwards only, in one transaction (Alembic).

A database is a SQLite file (a `Path`) or the address of one of PostgreSQL (a `str`). Both make schema changes part of
a transaction: a migration that fails leaves everything as it was. Processes that start together migrate one after the
other. Call these outside an event loop (`asyncio.to_thread`).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from veillee.store.dialects import lock, run
from veillee.store.engine import connect, engine_over
from veillee.store.link import Link, end
from veillee.store.port import StoreUnavailable
from veillee.store.tables.catalogue import metadata

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(where: Path | str, revision: str = "head") -> None:
    """Create the file if it is missing and upgrade to `revision`. Raises what SQLite or Alembic raise, and
    `StoreUnavailable` if PostgreSQL cannot be reached."""
    _with(where, lambda connection: command.upgrade(_config(connection), revision))


def downgrade(where: Path | str, revision: str) -> None:
    """Back to an earlier revision, for `restore` and for the tests."""
    _with(where, lambda connection: command.downgrade(_config(connection), revision))


def differences(where: Path | str) -> list[Any]:
    """What tells the database's schema from the present metadata; empty when they agree."""
    found: list[Any] = []

    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"include_object": compared})
        found.extend(compare_metadata(context, metadata))

    _with(where, compare)
    return found


def draft(path: Path, message: str, revision: str) -> None:
    """Write `versions/<revision>_<message>.py` from what the metadata has and the file has not (for developers)."""
    _with(path, lambda tx: command.revision(_config(tx), message, autogenerate=True, rev_id=revision), begin=False)


def compared(thing: Any, name: str | None, kind: str, reflected: bool, counterpart: Any) -> bool:
    """Whether Alembic compares it: not the partitions of a table, which come and go (store/partitions.py)."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
    return not (reflected and str(table).startswith("messages_"))


class _OneTransaction(sqlite3.Connection):
    """Ends its transaction only when told in SQL: Alembic's own commits do not split a migration."""

    def commit(self) -> None:
        return


def _with(where: Path | str, work: Callable[[Connection], Any], *, begin: bool = True) -> None:
    if isinstance(where, str):
        asyncio.run(_on_postgres(where, work))
        return
    db = connect(where, _OneTransaction)
    try:
        with engine_over(db).connect() as connection:
            if begin:
                db.execute("BEGIN IMMEDIATE")
            work(connection)
            if begin:
                db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.close()


async def _on_postgres(url: str, work: Callable[[Connection], Any]) -> None:
    """Whoever comes second waits until the first has committed, and then finds nothing to do."""

    def in_transaction(connection: Connection) -> None:
        run(connection, "BEGIN")
        lock(connection, "schema")
        work(connection)
        run(connection, "COMMIT")

    connection = await Link(url).open(patient=True)
    try:
        await connection.run_sync(in_transaction)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == "42501":
            raise StoreUnavailable("the database's user may not create tables in it: make it the owner") from None
        raise
    finally:
        await end(connection)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
