"""The revisions of the schema: up, down, up again, and at the end what the tables say."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from veillee.store import schema
from veillee.store.tables import catalogue


def tables(path: Path) -> set[str]:
    """The tables in a file, without SQLite's and Alembic's own."""
    db = sqlite3.connect(path)
    try:
        rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    finally:
        db.close()
    return {name for (name,) in rows} - {"alembic_version"}


def test_the_newest_revision_is_what_the_tables_say(tmp_path: Path) -> None:
    """Nobody can change a table and forget the revision (docs/internals/storage.md says how to write one)."""
    schema.migrate(tmp_path / "v.db")
    assert tables(tmp_path / "v.db") == set(catalogue.metadata.tables)
    assert schema.differences(tmp_path / "v.db") == []


def test_up_down_and_up_again(tmp_path: Path) -> None:
    """Every revision can be undone, and done again afterwards."""
    schema.migrate(tmp_path / "v.db")
    schema.downgrade(tmp_path / "v.db", "base")
    assert tables(tmp_path / "v.db") == set()
    schema.migrate(tmp_path / "v.db")
    assert schema.differences(tmp_path / "v.db") == []


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    """Every start migrates; a file that is up to date stays as it is, with what is in it."""
    path = tmp_path / "v.db"
    schema.migrate(path)
    db = sqlite3.connect(path)
    db.execute("INSERT INTO secrets (name, value) VALUES ('instance', 'x')")
    db.commit()
    schema.migrate(path)
    assert db.execute("SELECT value FROM secrets").fetchall() == [("x",)]
    db.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """Schema changes are part of one transaction: half a migration does not exist."""
    path = tmp_path / "v.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE stream (in_the_way INTEGER)")
    db.commit()
    db.close()
    try:
        schema.migrate(path)
    except Exception as error:
        assert "stream" in str(error)  # noqa: PT017 - whatever Alembic raises, the file below counts
    assert tables(path) == {"stream"}


def test_every_table_says_when_it_is_erased() -> None:
    """LAW.md §4.1: a table without a retention clock keeps people's data for ever by accident."""
    assert [name for name, table in catalogue.metadata.tables.items() if not table.info.get("retention")] == []
