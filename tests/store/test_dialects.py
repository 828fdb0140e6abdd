"""Where the two databases differ."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import select

from tests.postgres import database
from tests.stores import opened
from veillee.store import dialects
from veillee.store.port import Store, Tx
from veillee.store.postgres import PostgresStore
from veillee.store.tables.chat import secrets


async def test_each_says_what_it_is(tmp_path: Path) -> None:
    """A verb can ask."""
    for kind, expected in (("memory", False), ("file", False), ("postgres", True)):
        async with opened(kind, tmp_path) as store:
            assert await store.read(dialects.on_postgres) is expected


async def test_an_upsert_is_one_on_both(bare: Store) -> None:
    """The second insert of a key changes nothing, and says so."""

    def put(tx: Tx, value: str) -> int:
        insert = dialects.upsert(tx, secrets).values(name="x", value=value)
        return tx.execute(insert.on_conflict_do_nothing()).rowcount

    assert [await bare.write(put, value) for value in ("a", "b")] == [1, 0]


async def test_a_lock_is_held_to_the_end_of_the_transaction(bare: Store) -> None:
    """Taking it twice in one transaction is nothing; afterwards it is free."""

    def twice(tx: Tx) -> bool:
        dialects.lock(tx, "x")
        return dialects.lock_at_once(tx, "x")

    assert await bare.write(twice)
    assert await bare.write(dialects.lock_at_once, "x")


async def test_another_process_waits_for_the_lock() -> None:
    """While one holds it another gets it neither at once nor, until it is let go, by waiting."""
    async with database() as url:
        one, two = PostgresStore(url), PostgresStore(url)
        holding, let_go = asyncio.Event(), asyncio.Event()

        def hold(tx: Tx) -> str:
            dialects.lock(tx, "x")
            holding.set()
            tx.connection.dbapi_connection.run_async(lambda _: let_go.wait())  # type: ignore[union-attr]
            return "held"

        held = asyncio.ensure_future(one.write(hold))
        await holding.wait()
        assert not await two.write(dialects.lock_at_once, "x")
        assert await two.write(dialects.lock_at_once, "y")
        waiting = asyncio.ensure_future(two.write(dialects.lock, "x"))
        await two.read(dialects.on_postgres)
        assert not waiting.done()
        let_go.set()
        assert await held == "held"
        await waiting
        await one.close()
        await two.close()


async def test_what_postgresql_cannot_keep_is_replaced(bare: Store) -> None:
    """By itself in every statement of SQLAlchemy; SQLite keeps it as it is."""
    assert dialects.writable("a\0b") == "a\ufffdb"

    def put(tx: Tx) -> str:
        tx.execute(dialects.upsert(tx, secrets).values(name="x", value="a\0b"))
        return str(tx.execute(select(secrets.c.value).where(secrets.c.name == "x")).scalar_one())

    on_postgres = await bare.read(dialects.on_postgres)
    assert await bare.write(put) == ("a\ufffdb" if on_postgres else "a\0b")


async def test_raw_statements_reach_the_driver() -> None:
    """Rows of a statement with parameters; the tag of statements without."""
    async with database() as url:
        store = PostgresStore(url)
        pairs = "SELECT * FROM unnest($1::text[], $2::bigint[])"
        rows = await store.read(dialects.fetch, pairs, ["a"], [1])
        assert [tuple(row) for row in rows] == [("a", 1)]
        assert await store.read(lambda tx: dialects.run(tx, "SELECT 1; SELECT 2")) == "SELECT 1"
        await store.close()
