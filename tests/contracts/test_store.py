"""What every store keeps to (store/port.py), on the SQLite file and on its memory twin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.doubles import Recording
from tests.stores import KINDS, message, opened, with_room
from veillee.bus.port import AnyEvent
from veillee.model.event import Changed, Durable
from veillee.model.guest import Guest
from veillee.model.message import Message
from veillee.model.room import Room
from veillee.model.sanction import Sanction, SanctionKind
from veillee.model.staff import Role, Staff
from veillee.store import guests, messages, outbox, rooms, sanctions, staff
from veillee.store.port import Store, StoreUnavailable, Tx, emit


@pytest_asyncio.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each kind of store in turn."""
    async with opened(request.param, tmp_path) as made:
        yield made


def add_then_fail(tx: Tx, room: Room) -> None:
    """A verb that changes and emits something, and then raises."""
    rooms.add(tx, room)
    emit(tx, Durable("cafe", 1, "sys", 0, {}))
    raise ValueError("no")


async def test_a_write_is_seen_by_the_next_read(store: Store) -> None:
    """`read` sees every write that returned before it was called."""
    for number in range(20):
        await with_room(store, f"room-{number}")
        assert len(await store.read(rooms.all_rooms)) == number + 1


async def test_a_verb_that_raises_changes_nothing_and_takes_nobody_with_it(store: Store) -> None:
    """Each verb has its own savepoint: the error comes back to its caller, its neighbours in the group stand."""
    heard = Recording()
    store.on_commit(heard)
    outcomes = await asyncio.gather(
        store.write(rooms.add, Room("a", "e1", "A")),
        store.write(add_then_fail, Room("b", "e1", "B")),
        store.write(rooms.add, Room("c", "e1", "C")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [bool, ValueError, bool]
    assert [room.slug for room in await store.read(rooms.all_rooms)] == ["a", "c"]
    assert heard.durable() == []


async def test_offsets_and_events_have_one_order(store: Store) -> None:
    """Fifty at once: every offset once, without a hole, and the listeners hear them in that order."""
    await with_room(store)
    heard = Recording()
    store.on_commit(heard)
    appended = await asyncio.gather(*(store.write(messages.append, message(n)) for n in range(50)))
    assert sorted(each.s or 0 for each in appended) == list(range(1, 51))
    assert [event.s for event in heard.durable("cafe")] == list(range(1, 51))


async def test_a_caller_wakes_before_the_event_goes_out(store: Store) -> None:
    """An author's `ok` is written before the event that everybody gets."""
    await with_room(store)
    order: list[str] = []

    def hear(events: Sequence[AnyEvent]) -> None:
        order.extend(f"event {event.s}" for event in events if isinstance(event, Durable))

    store.on_commit(hear)

    async def post(number: int) -> None:
        appended = await store.write(messages.append, message(number))
        order.append(f"ok {appended.s}")

    for number in (1, 2):
        await post(number)
    await asyncio.sleep(0)
    assert order == ["ok 1", "event 1", "ok 2", "event 2"]


async def test_reading_changes_nothing(store: Store) -> None:
    """What a verb writes inside `read` is undone or refused, and what it emits is heard by nobody."""
    await with_room(store)
    heard = Recording()
    store.on_commit(heard)
    outcome = await asyncio.gather(store.read(messages.append, message(1)), return_exceptions=True)
    assert len(outcome) == 1
    assert await store.read(messages.get, "M0001") is None
    assert await store.read(messages.last_offset, "cafe") == 0
    assert heard.durable() == []


async def test_somebody_who_gave_up_does_not_undo_the_verb(store: Store) -> None:
    """A caller cancelled while the commit is under way: the message stands, its event goes out, the store goes on."""
    await with_room(store)
    heard = Recording()
    store.on_commit(heard)
    waiting = asyncio.ensure_future(store.write(messages.append, message(1)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    again = await store.write(messages.append, message(1))
    assert again.duplicate
    await store.read(messages.last_offset, "cafe")
    assert [event.s for event in heard.durable("cafe")] == [1]


async def test_a_listener_that_fails_does_not_deafen_the_others(store: Store) -> None:
    """Events reach every listener, whatever the one before did."""
    await with_room(store)
    heard = Recording()

    def broken(events: Sequence[AnyEvent]) -> None:
        raise RuntimeError("listener")

    store.on_commit(broken)
    store.on_commit(heard)
    await store.write(messages.append, message(1))
    await store.read(messages.last_offset, "cafe")
    assert [event.s for event in heard.durable()] == [1]


async def test_a_closed_store_says_so(store: Store) -> None:
    """What was submitted before is finished; after it, reading and writing raise."""
    under_way = asyncio.ensure_future(store.write(rooms.add, Room("a", "e1", "A")))
    await asyncio.sleep(0)
    await store.close()
    await under_way
    for attempt in (store.write(rooms.add, Room("b", "e1", "B")), store.read(rooms.all_rooms)):
        with pytest.raises(StoreUnavailable):
            await attempt
    await store.close()


async def test_readers_see_whole_transactions_only(store: Store) -> None:
    """A message and the room's offset come together: no reader sees one without the other."""
    await with_room(store)

    def both(tx: Tx) -> tuple[int, Message | None]:
        offset = messages.last_offset(tx, "cafe")
        return offset, messages.get(tx, f"M{offset:04}")

    async def watch() -> None:
        for _ in range(60):
            offset, newest = await store.read(both)
            assert (newest is None) == (offset == 0)

    async def talk() -> None:
        for number in range(1, 61):
            await store.write(messages.append, message(number))

    await asyncio.gather(talk(), watch(), watch())


RISK = (("conversation:cafe", {"turns": 3}),)
PERSON = Guest("G1", "d-G1", "Lune42", "lune42", 1)
NADIA = Staff("S1", "nadia", "Nadia", Role.MODERATOR, "fr", 1)
BAN = Sanction("X1", SanctionKind.SERVICE_BAN, "d-G1", "G1", None, "2", 1, 2, "7F3K-21AB", "CODE")
WRITES: list[tuple[Callable[..., Any], tuple[Any, ...], list[tuple[str, str]]]] = [
    (rooms.add, (Room("gare", "e1", "La gare"),), [("room", "gare")]),
    (rooms.change, (Room("cafe", "e1", "Le café"),), [("room", "cafe")]),
    (messages.append, (message(1),), []),
    (messages.append, (replace(message(2), risk=RISK),), [("risk", "conversation:cafe")]),
    (messages.edit, ("M0002", "texte", 3, messages.Beside(RISK)), [("risk", "conversation:cafe")]),
    (guests.add, (PERSON, "token", "phrase"), []),
    (guests.rename, ("G1", "Comète8", "comete8"), [("guest", "G1")]),
    (guests.give_token, ("G1", "other", 2), [("guest", "G1")]),
    (guests.leave, ("G1", 3), [("guest", "G1")]),
    (guests.block, ("d-G1", "d-G2", 3), [("block", "d-G1")]),
    (guests.unblock, ("d-G1", "d-G2"), [("block", "d-G1")]),
    (sanctions.impose, (BAN,), [("sanction", "X1")]),
    (sanctions.lift, ("X1", 1), [("sanction", "X1")]),
    (sanctions.lift, ("X1", 1), []),
    (staff.add, (NADIA, "hash", "secret"), [("staff", "Nadia")]),
    (staff.start_duty, ("S1", 1, 9), [("duty", "S1"), ("duty", "S1")]),
    (staff.end_duty, ("S1", 5), [("duty", "S1")]),
    (outbox.put, ("bell", {}, 1), [("owed", "bell")]),
]
"""Verbs in an order in which they work, each with what of memory it changes."""


async def test_whatever_a_process_remembers_is_told_when_it_changes(store: Store) -> None:
    """Other processes look it up again; a message alone changes nothing of the kind (docs/internals/concurrency.md)."""
    await with_room(store)
    await store.read(rooms.all_rooms)
    heard: list[Changed] = []
    store.on_commit(lambda events: heard.extend(each for each in events if isinstance(each, Changed)))
    for verb, arguments, told in WRITES:
        heard.clear()
        await store.write(verb, *arguments)
        await store.read(rooms.all_rooms)
        await asyncio.sleep(0)
        assert [(each.kind, each.subject) for each in heard] == told, verb
        assert all(each.data == RISK[0][1] for each in heard if each.kind == "risk")
