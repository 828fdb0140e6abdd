"""The PostgreSQL store: grouped, bounded in its waiting, whole again by itself. The port itself: tests/contracts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import text

from tests.doubles import START, Recording
from tests.postgres import Cut, Server, connected, database
from tests.stores import message, with_room
from veillee.model.room import Room
from veillee.store import erasure, messages, rooms
from veillee.store.link import Bounds
from veillee.store.port import StoreUnavailable, Tx
from veillee.store.postgres import PostgresStore
from veillee.store.schema import migrate

QUICK = Bounds(connect=0.3, answer=0.5, patience=0.5)


@pytest_asyncio.fixture
async def url() -> AsyncIterator[str]:
    """A fresh database."""
    async with database() as made:
        yield made


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    """A store over it, with the room `cafe`."""
    made = PostgresStore(url)
    await with_room(made)
    yield made
    await made.close()


def transactions(tx: Tx) -> int:
    """How many transactions and savepoints have written something."""
    return int(tx.execute(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")).scalar_one())


async def kill_connections(url: str) -> None:
    """As an administrator does, or a server that restarts."""
    async with connected(url) as db:
        await db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'veillee'")


async def test_what_waits_together_is_appended_together(store: PostgresStore) -> None:
    """Two hundred messages submitted in one turn take one or two transactions, without a savepoint each."""
    before = await store.read(transactions)
    appended = await asyncio.gather(*(store.write(messages.append, message(n)) for n in range(200)))
    assert [each.s for each in appended] == list(range(1, 201))
    assert await store.read(transactions) - before <= 4


async def test_one_bad_message_fails_alone(store: PostgresStore) -> None:
    """A grouped form that fails is undone and its calls are carried out one by one: only the culprit hears of it."""
    calls = [store.write(messages.append, message(n, room="nowhere" if n == 3 else "cafe")) for n in range(1, 8)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each).__name__ for each in outcomes if isinstance(each, Exception)] == ["LookupError"]
    assert [each.s for each in outcomes if not isinstance(each, BaseException)] == [1, 2, 3, 4, 5, 6]


async def test_a_deadlock_is_tried_again(store: PostgresStore, url: str) -> None:
    """Two processes that lock two rooms in opposite order: both groups are carried out, nobody sees an error."""
    other = PostgresStore(url)
    await with_room(store, "jardin")
    met = [asyncio.Event(), asyncio.Event()]

    def topics(tx: Tx, mine: int, first: str, second: str) -> None:
        for turn, slug in enumerate((first, second)):
            tx.execute(
                text("UPDATE rooms SET topic = topic || :who WHERE slug = :slug"), {"who": str(mine), "slug": slug}
            )
            if turn == 0:
                met[mine].set()
                adapted = tx.connection.dbapi_connection
                adapted.run_async(lambda _: met[1 - mine].wait())  # type: ignore[union-attr]

    await asyncio.gather(store.write(topics, 0, "cafe", "jardin"), other.write(topics, 1, "jardin", "cafe"))
    assert sorted("".join(sorted(room.topic)) for room in await store.read(rooms.all_rooms)) == ["01", "01"]
    await other.close()


async def test_a_connection_that_broke_is_replaced(store: PostgresStore, url: str) -> None:
    """Nothing was asked of it yet, so nobody hears of it: neither who writes nor who reads."""
    await store.write(messages.append, message(1))
    await store.read(messages.last_offset, "cafe")
    await kill_connections(url)
    assert (await store.write(messages.append, message(2))).s == 2
    assert await store.read(messages.last_offset, "cafe") == 2


async def test_a_lost_answer_to_a_commit_is_said_and_repeating_is_harmless(store: PostgresStore, url: str) -> None:
    """The connection broke while the server was committing: nobody knows. The same key says it once, in the end."""
    heard = Recording()
    store.on_commit(heard)
    async with connected(url) as db:
        await db.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END$$;"
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON send_keys DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION slow()"
        )
        await db.execute("SELECT pg_advisory_lock(7)")
        lost = asyncio.ensure_future(store.write(messages.append, message(1)))
        while not await db.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            assert not lost.done()
        await kill_connections(url)
        with pytest.raises(StoreUnavailable, match="before the commit was answered"):
            await lost
        await db.execute("SELECT pg_advisory_unlock(7)")
    again = await store.write(messages.append, message(1))
    assert (again.s, await store.read(messages.last_offset, "cafe")) == (1, 1)
    assert [event.s for event in heard.durable("cafe")] == [1]


async def test_a_server_that_is_away_is_said_and_waited_for() -> None:
    """While it is away everybody hears so soon, those that wait in the queue too; when it is back, so is the store,
    with everything that was acknowledged."""
    server = Server(durable=True)
    try:
        await asyncio.to_thread(migrate, server.url())
        store = PostgresStore(server.url(), bounds=QUICK)
        await with_room(store)
        await asyncio.gather(*(store.write(messages.append, message(n)) for n in range(1, 21)))
        server.kill()
        began = time.monotonic()
        calls = [store.write(messages.append, message(n)) for n in range(21, 31)]
        outcomes = await asyncio.gather(*calls, store.read(messages.last_offset, "cafe"), return_exceptions=True)
        assert {type(each) for each in outcomes} == {StoreUnavailable}
        assert time.monotonic() - began < 2 * QUICK.patience + QUICK.connect
        server.start()
        assert (await store.write(messages.append, message(21))).s == 21
        assert await store.read(messages.last_offset, "cafe") == 21
        await store.close()
    finally:
        server.remove()


async def test_a_cut_network_keeps_nobody_waiting(url: str) -> None:
    """The other side falls silent in the middle: who writes, who reads and who comes after hear so within the bounds;
    the store comes back when the network does."""
    async with Cut(url) as cut:
        store = PostgresStore(cut.url, bounds=QUICK)
        await with_room(store)
        await store.read(messages.last_offset, "cafe")
        cut.silence()
        began = time.monotonic()
        outcomes = await asyncio.gather(
            store.write(messages.append, message(1)), store.read(messages.last_offset, "cafe"), return_exceptions=True
        )
        assert {type(each) for each in outcomes} == {StoreUnavailable}
        assert time.monotonic() - began < QUICK.answer + QUICK.patience + QUICK.connect
        cut.mend()
        assert (await store.write(messages.append, message(1))).s == 1
        await store.close()


def test_nobody_waits_much_longer_than_five_seconds() -> None:
    """As it is shipped: a statement, or a connection and the try that was under way."""
    assert Bounds().answer <= 5
    assert Bounds().patience + Bounds().connect <= 5


async def test_a_long_erasing_delays_nobody(store: PostgresStore, url: str) -> None:
    """Somebody locks a table that erasing needs: messages go on being written meanwhile."""
    async with connected(url) as db:
        await db.execute("BEGIN; LOCK TABLE blocks IN ACCESS EXCLUSIVE MODE")
        erasing = asyncio.ensure_future(store.write(erasure.erase, START, 500))
        assert (await store.write(messages.append, message(1, at=START))).s == 1
        assert not erasing.done()
        await db.execute("ROLLBACK")
    assert await erasing == {}


async def test_closing_does_not_wait_for_a_long_erasing(store: PostgresStore, url: str) -> None:
    """A server that is told to stop stops within seconds; what was not erased is erased after the next start."""
    closing = PostgresStore(url, bounds=QUICK)
    async with connected(url) as db:
        await db.execute("BEGIN; LOCK TABLE blocks IN ACCESS EXCLUSIVE MODE")
        erasing = asyncio.ensure_future(closing.write(erasure.erase, START, 500))
        while not await db.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            assert not erasing.done()
        began = time.monotonic()
        await closing.close()
        assert time.monotonic() - began < QUICK.patience + 2
        assert erasing.cancelled()
        await db.execute("ROLLBACK")
    assert await store.write(erasure.erase, START, 500) == {}


async def test_what_a_lock_keeps_waiting_does_not_wait_for_ever(store: PostgresStore, url: str) -> None:
    """A statement that meets a lock which nobody lets go ends by itself, and its caller hears so."""
    async with connected(url) as db:
        await db.execute("BEGIN; LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        quick = PostgresStore(url, bounds=QUICK)
        calls = [quick.write(lambda tx: tx.execute(text("DELETE FROM outbox"))) for _ in range(20)]
        assert {type(each) for each in await asyncio.gather(*calls, return_exceptions=True)} == {StoreUnavailable}
        assert time.monotonic() - began < 2
        await quick.close()


async def test_a_statement_that_takes_too_long_ends_its_group(store: PostgresStore, url: str) -> None:
    """The server itself ends it; nobody of the group is left waiting for the others' turns."""

    def slow(tx: Tx) -> None:
        tx.execute(text("SET LOCAL statement_timeout = 50"))
        tx.execute(text("SELECT pg_sleep(2)"))

    began = time.monotonic()
    outcomes = await asyncio.gather(*(store.write(slow) for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in outcomes} == {StoreUnavailable}
    assert time.monotonic() - began < 2
    assert (await store.write(messages.append, message(1))).s == 1


async def test_a_swallowed_error_is_no_commit(store: PostgresStore) -> None:
    """A verb that hides what the database refused leaves a transaction that cannot be committed: it is not answered."""

    def careless(tx: Tx) -> str:
        rooms.add(tx, Room("jardin", "e1", "Jardin"))
        try:
            tx.execute(text("SELECT nonsense"))
        except Exception:
            return "fine"
        return "never"

    with pytest.raises(StoreUnavailable, match="nothing was committed"):
        await store.write(careless)
    assert [room.slug for room in await store.read(rooms.all_rooms)] == ["cafe"]


async def test_many_different_verbs_share_a_commit(store: PostgresStore) -> None:
    """Verbs without a grouped form have a savepoint each, some sixty a commit; each gets its own answer."""
    added = await asyncio.gather(*(store.write(rooms.add, Room(f"r{n % 90}", "e1", "R")) for n in range(180)))
    assert added == [True] * 90 + [False] * 90


async def test_errors_do_not_quote_what_people_wrote(store: PostgresStore) -> None:
    """`StoreUnavailable` reaches logs: it names the kind of error, never a statement or its values."""

    def careless(tx: Tx) -> None:
        with pytest.raises(Exception, match="nonsense"):
            tx.execute(text("SELECT nonsense, 'un secret'"))

    with pytest.raises(StoreUnavailable) as refusal:
        await store.write(careless)
    assert "secret" not in str(refusal.value)


async def test_a_repeated_message_of_one_group_is_a_duplicate(store: PostgresStore) -> None:
    """The second of the same key in one commit answers the first one's id and offset."""
    first, second = await asyncio.gather(
        store.write(messages.append, message(1)), store.write(messages.append, replace(message(2), key="k1"))
    )
    assert (second.id, second.s, first.duplicate, second.duplicate) == (first.id, 1, False, True)
