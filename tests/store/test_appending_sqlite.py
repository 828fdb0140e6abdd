"""The statements under `messages.append` on SQLite. What the verb promises on every store: test_messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete

from tests.doubles import START
from tests.stores import message, opened, with_room
from veillee.model.clock import DAY
from veillee.model.guest import Guest
from veillee.model.message import State
from veillee.store import appending_sqlite, guests, messages, risks
from veillee.store.port import Store
from veillee.store.tables import chat


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A file with two rooms."""
    async with opened("file", tmp_path) as made:
        await with_room(made)
        await with_room(made, "jardin")
        yield made


async def test_a_key_is_claimed_once_a_day(store: Store) -> None:
    """What is stored under a taken key is answered, also beside keys that are free; a day later it is free again."""
    first = await store.write(messages.append, message(1, at=START))
    again, fresh = replace(message(2, at=START + DAY - 1), key="k1"), message(3, at=START)
    known = await store.write(appending_sqlite.claim_keys, [fresh, again])
    assert known == {("G1", "k1"): replace(first, duplicate=True)}
    assert await store.write(appending_sqlite.claim_keys, [replace(again, at=START + DAY)]) == {}


async def test_the_key_of_an_erased_message_is_free(store: Store) -> None:
    """There is nothing to answer any more: the message is said anew, and known under its key afterwards."""
    await store.write(messages.append, message(1))
    await store.write(lambda tx: tx.execute(delete(chat.messages)).rowcount)
    anew = await store.write(messages.append, replace(message(2), key="k1"))
    assert (anew.id, anew.s, anew.duplicate) == ("M0002", 2, False)
    assert (await store.write(messages.append, message(1))).id == "M0002"


async def test_offsets_are_given_out_room_by_room(store: Store) -> None:
    """In the order of the messages; a room that does not exist undoes them all."""
    news = [message(1), message(2, room="jardin"), message(3, state=State.HELD), message(4)]
    assert await store.write(appending_sqlite.write, [(new, None) for new in news]) == [1, 1, None, 2]
    with pytest.raises(LookupError, match="no such room"):
        await store.write(appending_sqlite.write, [(message(5), None), (message(6, room="nowhere"), None)])
    assert await store.read(messages.last_offset, "cafe") == 2


async def test_people_are_told_in_their_order(store: Store) -> None:
    """Each at the next place of their own stream; who does not exist is told nothing."""
    lune = Guest("G1", "d-G1", "Lune42", "lune42", START)
    await store.write(guests.add, lune, "token", "phrase")
    told = [("G1", "mention", {"n": 1}, 5), ("nobody", "card", {}, 6), ("G1", "card", {"n": 2}, 7)]
    assert await store.write(appending_sqlite.tell, told) == [1, None, 2]
    events = await store.read(guests.personal_events, "G1", 0, 9)
    assert [(event.s, event.kind, event.data) for event in events] == [
        (1, "mention", {"n": 1}), (2, "card", {"n": 2}),
    ]  # fmt: skip


async def test_a_hundred_at_once_are_written_whole(store: Store) -> None:
    """More than any statement takes: each in its place, held ones without one, verdicts and memory as they are."""
    news = [replace(message(n), verdict={"é": [n]}, risk=(("a", {"n": n}),)) for n in range(1, 101)]
    news[49] = replace(news[49], state=State.HELD)
    answers = await store.write(messages.append_all, [(new, None) for new in news])
    assert [each.s for each in answers] == [*range(1, 50), None, *range(50, 100)]
    stored = [await store.read(messages.get, new.id) for new in news]
    assert [(row.body, row.verdict) for row in stored if row] == [(new.body, new.verdict) for new in news]
    assert await store.read(risks.load, ["a"], 0) == {"a": {"n": 100}}
    assert [event.s for event in await store.read(messages.events, "cafe", 0, 1_000, 1_000)] == list(range(1, 100))


async def test_what_is_remembered_is_replaced(store: Store) -> None:
    """The last state of a subject counts."""
    for n in (1, 2):
        await store.write(appending_sqlite.remember, {"b": ({"n": n}, n), "a": ({"n": -n}, n)})
    assert await store.read(risks.load, ["a", "b"], 2) == {"a": {"n": -2}, "b": {"n": 2}}
