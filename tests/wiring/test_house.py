"""The whole house: shut until somebody answers for it, watched while somebody is on duty, closed without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.pages.house import open_house
from veillee.chat.guests import Entry
from veillee.model.errors import Code, Refused
from veillee.model.staff import Role
from veillee.store.port import StoreUnavailable
from veillee.store.rooms import all_rooms


async def test_rooms_are_shut_without_an_operator(tmp_path: Path) -> None:
    """LAW §1.3: public rooms cannot open until identity, contacts and terms are set."""
    async with open_house(tmp_path, lawful=False) as house:
        assert house.community.rooms.shut_reason is not None
        entered = await house.community.guests.enter(Entry("Lune42", True, "device"))
        with pytest.raises(Refused) as refused:
            house.community.access.room_to_join(entered.guest, "accueil")
        assert refused.value.code is Code.ROOM_CLOSED


async def test_duty_opens_and_guards(tmp_path: Path) -> None:
    """Nobody on duty: guarded. Somebody: attended. Gone again: guarded."""
    async with open_house(tmp_path) as house:
        rooms = house.community.rooms
        assert rooms.guarded(rooms.get("accueil"))
        nadia = (await house.accounts.add("nadia", "Nadia", Role.MODERATOR, "une longue phrase", by="cli")).staff
        await house.duty.start(nadia, 1)
        house.refresh()
        assert not rooms.guarded(rooms.get("accueil"))
        await house.duty.end(nadia)
        house.refresh()
        assert rooms.guarded(rooms.get("accueil"))


async def test_closing_ends_everything(tmp_path: Path) -> None:
    """After the block the store is closed."""
    async with open_house(tmp_path) as house:
        pass
    with pytest.raises(StoreUnavailable):
        await house.community.store.read(all_rooms)
