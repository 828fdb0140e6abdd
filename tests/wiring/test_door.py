"""The live door as it is built: it knows every room's offset before anybody comes."""

from __future__ import annotations

from pathlib import Path

from tests.doubles import FakeClock
from veillee.chat.guests import Entry
from veillee.model.message import Draft
from veillee.model.room import Room
from veillee.settings import Settings
from veillee.wiring.community import build_community
from veillee.wiring.house import build_house


async def test_a_restart_goes_on_where_the_stream_was(tmp_path: Path) -> None:
    """After a restart the room's tail starts at the newest offset, and nothing is numbered twice."""
    clock = FakeClock()
    community = await build_community(Settings(tmp_path), clock)
    await community.rooms.create(Room("cafe", "e1", "Café"))
    entered = await community.guests.enter(Entry("Lune42", True, "device"))
    await community.members.join(entered.guest, "cafe")
    for number in range(3):
        await community.messages.post(entered.guest, Draft("cafe", f"k{number}", f"Bonsoir {number}"))
    await community.store.close()
    house = await build_house(Settings(tmp_path), clock)
    async with house.running():
        assert house.live.hub.room("cafe").tail.last == 3
        assert len(house.live.hub) == 0
