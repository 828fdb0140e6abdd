"""Verbs on rooms."""

from __future__ import annotations

from dataclasses import replace

from tests.doubles import START
from tests.stores import message
from veillee.model.message import State
from veillee.model.room import Room
from veillee.store import messages, rooms
from veillee.store.port import Store


async def test_changing_options_keeps_the_stream(store: Store) -> None:
    """Options change; epoch, offset and creation stay what they are."""
    await store.write(messages.append, message(1))
    [before] = await store.read(rooms.all_rooms)
    await store.write(rooms.change, replace(before, name="Le café", slow_seconds=30, epoch="other", last_s=0))
    [after] = await store.read(rooms.all_rooms)
    assert after == replace(before, name="Le café", slow_seconds=30)
    assert (after.epoch, after.last_s) == ("e1", 1)


async def test_a_slug_is_taken_once(store: Store) -> None:
    """The second room of that name is not made."""
    assert await store.write(rooms.add, Room("cafe", "e2", "Autre")) is False
    assert [room.name for room in await store.read(rooms.all_rooms)] == ["Cafe"]


async def test_activity_is_what_was_published(store: Store) -> None:
    """A held message is no activity: nobody saw it."""
    await store.write(messages.append, message(1, at=START))
    await store.write(messages.append, message(2, at=START + 9, state=State.HELD))
    assert await store.read(rooms.last_activity) == {"cafe": START}
