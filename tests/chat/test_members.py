"""Guests in rooms: a face per room and pseudonym, and blocks that hold on to the device."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.community import Place, place
from veillee.model.errors import Code, Refused
from veillee.model.room import Room


async def test_a_face_differs_by_room_and_pseudonym(cafe: Place) -> None:
    """Nothing that others see links one guest's rooms or names."""
    guest = await cafe.guest("Lune42")
    renamed = await cafe.community.guests.rename(guest, "Soleil")
    members = cafe.community.members
    faces = {members.face(who, room).u for who in (guest, renamed) for room in ("cafe", "gare")}
    assert len(faces) == 4
    assert all(guest.id not in u and guest.device not in u for u in faces)


async def test_whoever_was_seen_can_be_named_later(cafe: Place) -> None:
    """A `u` is known after its guest renamed and left; one that was never seen is `not_found`."""
    members = cafe.community.members
    guest = await cafe.guest("Lune42")
    seen = members.face(guest, "cafe").u
    await members.rename(guest, await cafe.community.guests.rename(guest, "Soleil"), ["cafe"])
    members.part(guest, "cafe")
    member, found = await members.known(seen)
    assert (member.pseudonym, member.room, found.id) == ("Lune42", "cafe", guest.id)
    with pytest.raises(Refused) as refusal:
        await members.known(members.face(guest, "gare").u)
    assert refusal.value.code is Code.NOT_FOUND


async def test_a_new_pseudonym_is_shown_later_and_the_old_one_goes(cafe: Place) -> None:
    """The roster loses the old face at once; speaking shows the new one."""
    members = cafe.community.members
    guest = await cafe.guest("Lune42")
    renamed = await cafe.community.guests.rename(guest, "Soleil")
    await members.rename(guest, renamed, ["cafe"])
    assert members.roster("cafe") == []
    assert (members.count("cafe"), members.size("cafe")) == (0, 1)
    members.spoke(guest.id, "cafe")
    assert members.roster("cafe") == [members.face(renamed, "cafe")]
    assert members.here(renamed, "cafe") == members.face(renamed, "cafe")


async def test_a_block_holds_on_to_the_device(cafe: Place) -> None:
    """The one who was blocked is blocked under a new pseudonym, on a new visit and in another room; so is it for the
    one who blocked."""
    guests, members = cafe.community.guests, cafe.community.members
    await cafe.community.rooms.create(Room("gare", "e1", "Gare"))
    reader, other = await cafe.guest("Lune42", device="carnet"), await cafe.guest("Brume", device="tablette")
    device = await members.block(reader, members.face(other, "cafe").u)
    await guests.leave(other)
    again = await cafe.guest("Plume", "gare", "tablette")
    back = await cafe.guest("Soleil", "gare", "carnet")
    assert again.device == device
    for who in (reader, back):
        assert again.device in await members.blocked(who)
    assert await members.blocked(await cafe.guest("Sapin")) == frozenset()


async def test_unblocking_undoes_it_under_any_face(cafe: Place) -> None:
    """Blocking twice is one block; any face of the person undoes it; undoing none changes nothing."""
    members = cafe.community.members
    reader, other = await cafe.guest("Lune42"), await cafe.guest("Brume")
    seen = members.face(other, "cafe").u
    await members.block(reader, seen)
    await members.block(reader, seen)
    await cafe.community.rooms.create(Room("gare", "e1", "Gare"))
    elsewhere = await members.join(other, "gare")
    for _ in range(2):
        assert await members.unblock(reader, elsewhere.u) == other.device
        assert await members.blocked(reader) == frozenset()


async def test_nobody_blocks_themselves_or_a_stranger(cafe: Place) -> None:
    """One's own device is `forbidden`, also under another visit; an unknown `u` is `not_found`."""
    members = cafe.community.members
    guest, again = await cafe.guest("Lune42", device="carnet"), await cafe.guest("Soleil", device="carnet")
    for u, code in ((members.face(again, "cafe").u, Code.FORBIDDEN), ("000000000000", Code.NOT_FOUND)):
        with pytest.raises(Refused) as refusal:
            await members.block(guest, u)
        assert refusal.value.code is code
    assert await members.blocked(guest) == frozenset()


async def test_faces_and_blocks_survive_a_restart(tmp_path: Path) -> None:
    """The same guest has the same `u` in the next process, and who blocked whom is known there."""
    async with place(tmp_path) as before:
        reader, other = await before.guest("Lune42"), await before.guest("Brume")
        seen = before.community.members.face(other, "cafe").u
        await before.community.members.block(reader, seen)
    async with place(tmp_path) as after:
        assert after.community.members.face(other, "cafe").u == seen
        assert (await after.community.members.known(seen))[1].id == other.id
        assert await after.community.members.blocked(reader) == {other.device}
