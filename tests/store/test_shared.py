"""A store of which several processes work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.doubles import FakeClock, Recording
from tests.stores import message, opened, with_room
from veillee.model.event import Changed
from veillee.model.room import Room
from veillee.store import changes, messages, rooms
from veillee.store.shared import SharedStore

ONE, OTHER = "a" * 16, "b" * 16


async def test_two_processes_write_one_store(tmp_path: Path) -> None:
    """Offsets go on where the other stopped; what one changes the other can look up; what nobody remembers (a message)
    is not noted."""
    async with opened("file", tmp_path) as first, opened("file", tmp_path) as second:
        one, other = SharedStore(first, ONE, FakeClock()), SharedStore(second, OTHER, FakeClock())
        heard = Recording()
        other.on_commit(heard)
        await with_room(first)
        await one.write(rooms.add, Room("gare", "e1", "La gare"))
        assert (await one.write(messages.append, message(1))).s == 1
        assert (await other.write(messages.append, message(2))).s == 2
        assert (await one.write(messages.append, message(2))).duplicate
        found = await other.read(changes.since, 0, OTHER)
        assert [each.change for each in found] == [Changed("room", "gare", {}, ONE)]
        signs = (("conversation:cafe", {"turns": 1}),)
        await one.write(messages.append, replace(message(3), risk=signs))
        assert (await other.read(changes.since, found[0].id, OTHER))[0].change.kind == "risk"
        await other.close()
        assert [event.s for event in heard.durable()] == [2]
