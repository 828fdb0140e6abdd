"""The revisions of the schema, on SQLite and on PostgreSQL: up, down, up again, and at the end what the tables say."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.script import ScriptDirectory

from tests.postgres import connected, database
from veillee.store import schema
from veillee.store.tables import catalogue

Where = Path | str
REVISIONS = [script.revision for script in ScriptDirectory(str(schema.SCRIPTS)).walk_revisions()]
"""The newest first."""


@pytest_asyncio.fixture(params=["file", "postgres"])
async def where(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Where]:
    """A database without any table."""
    if request.param == "file":
        yield tmp_path / "v.db"
        return
    async with database(empty=True) as url:
        yield url


async def execute(where: Where, statement: str) -> list[tuple[object, ...]]:
    """One statement, and its rows."""
    if isinstance(where, str):
        async with connected(where) as db:
            return [tuple(row) for row in await db.fetch(statement)]
    db = sqlite3.connect(where, isolation_level=None)
    try:
        return db.execute(statement).fetchall()
    finally:
        db.close()


async def tables(where: Where) -> set[str]:
    """The tables, without those of the database and Alembic's own, and without partitions."""
    query = (
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace"
        if isinstance(where, str)
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return {str(name) for (name,) in await execute(where, query)} - {"alembic_version"}


async def test_the_newest_revision_is_what_the_tables_say(where: Where) -> None:
    """Nobody can change a table and forget the revision (docs/internals/storage.md says how to write one)."""
    await asyncio.to_thread(schema.migrate, where)
    assert await tables(where) == set(catalogue.metadata.tables)
    assert await asyncio.to_thread(schema.differences, where) == []


async def test_up_down_and_up_again(where: Where) -> None:
    """Every revision can be undone, one after the other, and done again afterwards."""
    await asyncio.to_thread(schema.migrate, where)
    for revision in [*REVISIONS[1:], "base"]:
        await asyncio.to_thread(schema.downgrade, where, revision)
    assert await tables(where) == set()
    await asyncio.to_thread(schema.migrate, where)
    assert await asyncio.to_thread(schema.differences, where) == []


async def test_migrating_again_changes_nothing(where: Where) -> None:
    """Every start migrates; a database that is up to date stays as it is, with what is in it."""
    await asyncio.to_thread(schema.migrate, where)
    await execute(where, "INSERT INTO secrets (name, value) VALUES ('instance', 'x')")
    await asyncio.to_thread(schema.migrate, where)
    assert await execute(where, "SELECT value FROM secrets") == [("x",)]


async def test_what_was_written_lives_through_every_revision(where: Where) -> None:
    """A message of the first revision is there at the newest, and again at the first."""
    row = "('M1', 'cafe', 1, 'G1', 'd', 'u', 'Lune', 'Bonsoir', 7, 'published')"
    columns = "id, room, s, guest_id, device, u, pseudonym, body, at, state"
    await asyncio.to_thread(schema.migrate, where, REVISIONS[-1])
    await execute(where, f"INSERT INTO messages ({columns}) VALUES {row}")  # noqa: S608
    for step in (schema.migrate, schema.downgrade):
        await asyncio.to_thread(step, where, "head" if step is schema.migrate else REVISIONS[-1])
        assert await execute(where, "SELECT id, body, at FROM messages") == [("M1", "Bonsoir", 7)]


async def test_a_migration_that_fails_leaves_everything_as_it_was(where: Where) -> None:
    """Schema changes are part of one transaction: half a migration does not exist."""
    await execute(where, "CREATE TABLE stream (in_the_way INTEGER)")
    with pytest.raises(Exception, match="stream"):  # whatever Alembic raises, the tables below count
        await asyncio.to_thread(schema.migrate, where)
    assert await tables(where) == {"stream"}


async def test_processes_that_start_together_migrate_once() -> None:
    """On one PostgreSQL the second waits for the first, and finds nothing to do."""
    async with database(empty=True) as url:
        await asyncio.gather(*(asyncio.to_thread(schema.migrate, url) for _ in range(4)))
        assert await tables(url) == set(catalogue.metadata.tables)


def test_every_table_says_when_it_is_erased() -> None:
    """LAW.md §4.1: a table without a retention clock keeps people's data for ever by accident."""
    assert [name for name, table in catalogue.metadata.tables.items() if not table.info.get("retention")] == []
