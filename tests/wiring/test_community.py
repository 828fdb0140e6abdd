"""The community as it is built: over a file that is migrated, with one secret, and whole again after a restart."""

from __future__ import annotations

import gc
from pathlib import Path

from tests.doubles import FakeClock
from veillee.chat.guests import Entry
from veillee.model.message import Draft
from veillee.model.room import Room
from veillee.settings import Settings
from veillee.store import schema
from veillee.wiring.community import build_community, chance


async def test_a_restart_finds_everything_again(tmp_path: Path) -> None:
    """Rooms, guests, messages and keys are what they were; a send repeated across the restart is a duplicate."""
    clock = FakeClock()
    draft = Draft("cafe", "k1", "Bonsoir tout le monde")
    first = await build_community(Settings(tmp_path), clock)
    await first.rooms.create(Room("cafe", "e1", "Café"))
    entered = await first.guests.enter(Entry("Lune42", True, "device"))
    await first.members.join(entered.guest, "cafe")
    said = await first.messages.post(entered.guest, draft)
    await first.store.close()
    second = await build_community(Settings(tmp_path), clock)
    guest = await second.guests.by_token(entered.token)
    assert guest == entered.guest
    assert second.rooms.get("cafe").epoch == "e1"
    again = await second.messages.post(guest, draft)
    assert (again.id, again.s, again.duplicate) == (said.id, said.s, True)
    assert second.members.face(guest, "cafe") == first.members.face(guest, "cafe")
    await second.store.close()


async def test_the_rules_are_set_aside_from_collection(tmp_path: Path) -> None:
    """What never goes is not walked: no full collection may take longer than a draft is given."""
    community = await build_community(Settings(tmp_path))
    assert not any(each is community.rulebook.base for each in gc.get_objects())
    await community.store.close()


async def test_building_migrates_the_file(tmp_path: Path) -> None:
    """A new folder gets a store at the present schema."""
    community = await build_community(Settings(tmp_path))
    await community.store.close()
    assert schema.differences(tmp_path / "veillee.db") == []


def test_chance_gives_what_is_asked() -> None:
    """Four words of the guest's language, tokens nobody guesses, identifiers that grow."""
    luck = chance(FakeClock())
    assert len(luck.phrase("fr").split()) == len(luck.phrase("en").split()) == 4
    assert luck.token() != luck.token()
    assert len(luck.token()) == 48
    assert luck.identifier() < luck.identifier()
    assert luck.below(1) == 0
