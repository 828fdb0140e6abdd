"""The statements under `messages.append` on PostgreSQL. What the verb promises on every store: test_messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import delete

from tests.doubles import START, Recording
from tests.postgres import database
from tests.stores import message, with_room
from veillee.model.clock import DAY
from veillee.model.guest import Guest
from veillee.model.message import State
from veillee.store import appending, guests, messages, risks
from veillee.store.port import Store, Tx
from veillee.store.postgres import PostgresStore
from veillee.store.tables import chat


@pytest_asyncio.fixture
async def store() -> AsyncIterator[Store]:
    """PostgreSQL with two rooms."""
    async with database() as url:
        made = PostgresStore(url)
        await with_room(made)
        await with_room(made, "jardin")
        yield made
        await made.close()


async def test_a_key_is_claimed_once_a_day(store: Store) -> None:
    """What is stored under a taken key is answered; a day later it is free again."""
    first = await store.write(messages.append, message(1, at=START))
    again = replace(message(2, at=START + DAY - 1), key="k1")
    assert await store.write(appending.claim_keys, [again]) == {("G1", "k1"): replace(first, duplicate=True)}
    assert await store.write(appending.claim_keys, [replace(again, at=START + DAY)]) == {}


async def test_the_key_of_an_erased_message_is_free(store: Store) -> None:
    """There is nothing to answer any more: the message is said anew, and known under its key afterwards."""
    await store.write(messages.append, message(1))
    await store.write(lambda tx: tx.execute(delete(chat.messages)).rowcount)
    anew = await store.write(messages.append, replace(message(2), key="k1"))
    assert (anew.id, anew.s, anew.duplicate) == ("M0002", 2, False)
    assert (await store.write(messages.append, message(1))).id == "M0002"


async def test_offsets_are_given_out_room_by_room(store: Store) -> None:
    """In the order of the messages in each; none to what is held; all of it undone where a room does not exist."""
    places = (("jardin", State.PUBLISHED), ("cafe", State.HELD), ("cafe", State.PUBLISHED), ("jardin", State.PUBLISHED))
    news = [(message(n, room=room, state=state), None) for n, (room, state) in enumerate(places)]
    assert await store.write(appending.write, news) == [1, None, 1, 2]
    assert await store.write(appending.give_offset, "cafe") == 2
    with pytest.raises(LookupError, match="no such room"):
        await store.write(appending.give_offset, "nowhere")
    with pytest.raises(LookupError, match="no such room"):
        await store.write(appending.write, [(message(8), None), (message(9, room="nowhere"), None)])
    assert await store.read(messages.last_offset, "cafe") == 2
    assert await store.read(messages.get, "M0008") is None


async def test_a_group_is_written_with_everything_in_it(store: Store) -> None:
    """Held ones without an offset and a place in the stream, verdicts and memory as they are."""
    news = [
        replace(message(1), verdict={"action": "allow", "é": [1]}, risk=(("a", {"n": 1}), ("b", [2]))),
        replace(message(2, state=State.HELD), risk=(("a", {"n": 2}),)),
        replace(message(3, room="jardin"), reply_to="M0001", edit_of="M0001"),
    ]
    answers = await store.write(messages.append_all, [(new, None) for new in news])
    assert [(each.s, each.state) for each in answers] == [
        (1, State.PUBLISHED), (None, State.HELD), (1, State.PUBLISHED),
    ]  # fmt: skip
    stored = [await store.read(messages.get, new.id) for new in news]
    assert [row and row.verdict for row in stored] == [{"action": "allow", "é": [1]}, None, None]
    assert [row and (row.reply_to, row.edit_of) for row in stored] == [(None, None), (None, None), ("M0001", "M0001")]
    assert await store.read(risks.load, ["a", "b"], 0) == {"a": {"n": 2}, "b": [2]}
    assert len(await store.read(messages.events, "cafe", 0, 100, 100)) == 1


async def test_what_is_remembered_is_replaced(store: Store) -> None:
    """The last state of a subject counts, in one group and in the next."""
    for n in (1, 2):
        await store.write(appending.remember, {"b": ({"n": n}, n), "a": ({"n": -n}, n)})
    assert await store.read(risks.load, ["a", "b"], 2) == {"a": {"n": -2}, "b": {"n": 2}}


async def test_people_are_told_in_one_sweep(store: Store) -> None:
    """Each guest's events are numbered in the order of the messages; nobody is told who does not exist."""
    heard = Recording()
    store.on_commit(heard)
    for who in ("G1", "G2"):
        await store.write(guests.add, Guest(who, f"d-{who}", who, who, START), who, None)
    mentioned = (("G1", "G2"), ("G2", "nobody", "G1"), (), ("G1",))
    news = [
        replace(message(n), personal=tuple((who, "mention", {"n": n}) for who in people))
        for n, people in enumerate(mentioned)
    ]
    await asyncio.gather(*(store.write(messages.append, new) for new in news))
    for who, numbers in (("G1", [0, 1, 3]), ("G2", [0, 1])):
        told = await store.read(guests.personal_events, who, 0, 99)
        assert [(event.s, event.data["n"]) for event in told] == list(enumerate(numbers, 1))
        assert [event for event in heard.durable("@me") if event.to == who] == told
    assert [event.s for event in heard.durable("cafe")] == [1, 2, 3, 4]
    assert await store.write(appending.tell, []) == []
    assert await store.write(appending.tell, [("G1", "card", {}, 1), ("nobody", "card", {}, 1)]) == [4, None]


async def test_what_writes_a_case_goes_alone() -> None:
    """The grouped form is for the others: a recorder may fail."""

    def record(tx: Tx, new: object) -> str:
        return "7F3K-21AB"

    plain, held = message(1), message(1, state=State.HELD)
    assert messages.together(plain, record)
    assert messages.together(held)
    assert not messages.together(held, record)
    assert not messages.together(replace(plain, verdict={"case": True}), record)
    assert messages.together(replace(plain, personal=(("G1", "mention", {}),)))
