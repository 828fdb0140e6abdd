"""Bringing a database file to the present schema, forwards only, in one transaction (Alembic).

SQLite makes schema changes part of a transaction: a migration that fails leaves the file as it was.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from veillee.store.engine import connect, engine_over
from veillee.store.tables.catalogue import metadata

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(path: Path, revision: str = "head") -> None:
    """Create the file if it is missing and upgrade it to `revision`. Raises what SQLite or Alembic raise."""
    _with(path, lambda config: command.upgrade(config, revision))


def downgrade(path: Path, revision: str) -> None:
    """Back to an earlier revision, for `restore` and for the tests."""
    _with(path, lambda config: command.downgrade(config, revision))


def differences(path: Path) -> list[Any]:
    """What tells the file's schema from the present metadata; empty when they agree."""
    db = connect(path)
    try:
        with engine_over(db).connect() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), metadata))
    finally:
        db.close()


def draft(path: Path, message: str, revision: str) -> None:
    """Write `versions/<revision>_<message>.py` from what the metadata has and the file has not (for developers)."""
    _with(path, lambda config: command.revision(config, message, autogenerate=True, rev_id=revision), begin=False)


class _OneTransaction(sqlite3.Connection):
    """Ends its transaction only when told in SQL: Alembic's own commits do not split a migration."""

    def commit(self) -> None:
        return


def _with(path: Path, work: Any, *, begin: bool = True) -> None:
    db = connect(path, _OneTransaction)
    try:
        with engine_over(db).connect() as connection:
            if begin:
                db.execute("BEGIN IMMEDIATE")
            work(_config(connection))
            if begin:
                db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
