"""What every store keeps to (store/port.py), on the SQLite file and on its memory twin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from tests.doubles import Recording
from tests.stores import KINDS, message, opened, with_room
from veillee.bus.port import Event
from veillee.model.event import Durable
from veillee.model.message import Message
from veillee.model.room import Room
from veillee.store import messages, rooms
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
    assert heard.events == []


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
    store.on_commit(lambda events: order.append(f"event {events[0].s}"))

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
    assert heard.events == []


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

    def broken(events: Sequence[Event]) -> None:
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
