"""A room's options start on the safe side."""

from __future__ import annotations

from veillee.model.room import Room


def test_a_room_holds_what_could_not_be_judged() -> None:
    """Nothing turns moderation off: a fault holds, an unattended room is guarded, messages have their day."""
    room = Room("cafe", "e1", "Café")
    assert (room.on_fault, room.unattended, room.retention_days) == ("hold", "guarded", 30)
