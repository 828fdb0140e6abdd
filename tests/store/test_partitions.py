"""The months of `messages` on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest_asyncio
from sqlalchemy import text

from tests.postgres import database
from tests.stores import message, with_room
from veillee.model.casefile import Case, CaseState, Danger, Reason, Source, Subject, SubjectKind
from veillee.model.clock import DAY
from veillee.model.ids import ulid
from veillee.store import casefiles, erasure, messages, partitions
from veillee.store.engine import SqliteStore
from veillee.store.port import Store, Tx
from veillee.store.postgres import PostgresStore


def at(year: int, month: int, day: int = 15) -> int:
    """Unix milliseconds."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1000


NOW = at(2026, 11)


@pytest_asyncio.fixture
async def url() -> AsyncIterator[str]:
    """A fresh database."""
    async with database() as made:
        yield made


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """With the room `cafe`."""
    made = PostgresStore(url)
    await with_room(made)
    yield made
    await made.close()


async def say(store: Store, when: int, number: int = 1) -> str:
    """A message of a moment, with an id of that moment; answers the id."""
    new = replace(message(number, at=when), id=ulid(when, number.to_bytes(10, "big")), key=f"{when}-{number}")
    return (await store.write(messages.append, new)).id


def holding(tx: Tx, message_id: str) -> str:
    """The partition in which a message lies."""
    query = text("SELECT tableoid::regclass::text FROM messages WHERE id = :id")
    return str(tx.execute(query, {"id": message_id}).scalar_one())


async def test_this_month_and_the_next_are_made_ahead(store: Store) -> None:
    """Once; asking again changes nothing; in December the next is January."""
    assert await store.write(partitions.keep_up, NOW) == {"made": 2}
    assert await store.read(partitions.months) == [(2026, 11), (2026, 12)]
    assert await store.write(partitions.keep_up, NOW) == {}
    assert await store.write(partitions.keep_up, at(2026, 12)) == {"made": 1, "dropped": 1}
    assert await store.read(partitions.months) == [(2026, 12), (2027, 1)]


async def test_a_message_lies_in_the_month_of_its_id(store: Store) -> None:
    """To the millisecond; one of no month that exists is kept with the rest."""
    await store.write(partitions.keep_up, NOW)
    first, last = at(2026, 11, 1), at(2026, 12, 1) - 1
    found = [await store.read(holding, await say(store, when)) for when in (first, last, last + 1, at(2030, 1))]
    assert found == ["messages_2026_11", "messages_2026_11", "messages_2026_12", "messages_rest"]


async def test_what_came_before_its_month_is_moved(store: Store) -> None:
    """Before the first upkeep, or after a leap of the clock: nothing is lost, and the month is whole afterwards."""
    early = await say(store, NOW)
    assert await store.read(holding, early) == "messages_rest"
    await store.write(partitions.keep_up, NOW)
    assert await store.read(holding, early) == "messages_2026_11"
    assert [event.data["b"] for event in await store.read(messages.events, "cafe", 0, 9, 9)] == ["text 1"]


async def test_a_month_goes_when_it_is_past_and_empty(store: Store) -> None:
    """Rows go on their day, then the month; one at stake in a case is held, and its month with it (DSA art. 20)."""
    await store.write(partitions.keep_up, NOW)
    await say(store, NOW, 1)
    kept = await say(store, NOW, 2)
    subject = Subject(SubjectKind.MESSAGE, kept, "cafe", "G1", "d", "Lune42")
    case = Case("7F3K-21AB", subject, Source.NOTICE, CaseState.OPEN, 1, Danger.LOW, 0, 0, (Reason.HATE,), (), NOW)
    await store.write(casefiles.add, case)
    later = at(2027, 2)
    assert (await store.write(erasure.erase, later, 500))["messages"] == 1
    assert await store.write(partitions.keep_up, later) == {"made": 2, "dropped": 1}
    assert await store.read(partitions.months) == [(2026, 11), (2027, 2), (2027, 3)]
    assert await store.read(messages.get, kept) is not None
    await store.write(casefiles.move, "7F3K-21AB", 1, CaseState.DECIDED, later)
    much_later = later + 190 * DAY
    assert (await store.write(erasure.erase, much_later, 500))["messages"] == 1
    assert (await store.write(partitions.keep_up, much_later))["dropped"] == 3
    assert await store.read(partitions.months) == [(2027, 8), (2027, 9)]


async def test_the_present_month_stays_though_it_is_empty(store: Store) -> None:
    """Only what is past is dropped."""
    await store.write(partitions.keep_up, NOW)
    assert await store.write(partitions.keep_up, at(2026, 11, 30)) == {}


async def test_several_processes_may_look_after_them_at_once(store: Store, url: str) -> None:
    """One makes them, the others find them made; messages that are written meanwhile are all there."""
    others = [PostgresStore(url) for _ in range(3)]
    done = asyncio.gather(*(each.write(partitions.keep_up, NOW) for each in others))
    ids = await asyncio.gather(*(say(store, NOW + n, n) for n in range(60)))
    assert sorted(await done, key=len) == [{}, {}, {"made": 2}]
    assert {await store.read(holding, each) for each in ids} == {"messages_2026_11"}
    for each in others:
        await each.close()


async def test_a_lookup_by_id_visits_one_month(store: Store) -> None:
    """However many months there are."""
    await store.write(partitions.keep_up, NOW)
    query = f"EXPLAIN SELECT * FROM messages WHERE id = '{ulid(NOW, bytes(10))}'"  # noqa: S608
    plan = "\n".join(str(row[0]) for row in await store.read(lambda tx: tx.execute(text(query)).all()))
    assert "messages_2026_11" in plan
    assert "messages_2026_12" not in plan
    assert "messages_rest" not in plan


async def test_there_is_nothing_to_do_on_sqlite() -> None:
    """One file, one table."""
    store = SqliteStore(None)
    assert await store.write(partitions.keep_up, NOW) == {}
    await store.close()


def test_ids_of_a_month_lie_between_its_ends() -> None:
    """The first id of a month is the least that its first millisecond can have; the months touch."""
    assert partitions.first_id((2026, 11)) == ulid(at(2026, 11, 1), bytes(10))
    assert ulid(at(2026, 12, 1) - 1, b"\xff" * 10) < partitions.first_id((2026, 12))
    assert partitions.following((2026, 12)) == (2027, 1)
    assert partitions.name((2026, 2)) == "messages_2026_02"
