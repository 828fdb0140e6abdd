"""The only way from an id that somebody sent to a room, a member or a message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.community import Place, draft
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.room import Room
from veillee.model.sanction import Sanction, SanctionKind


async def _said(cafe: Place, guest: Guest, body: str = "Bonsoir") -> str:
    return (await cafe.community.messages.post(guest, draft(body))).id


async def test_a_room_without_public_reading_is_forbidden_to_read(cafe: Place) -> None:
    """Its history is for those in it; joining it is still allowed."""
    assert cafe.community.access.room_to_read("cafe").slug == "cafe"
    await cafe.community.rooms.change(replace(cafe.community.rooms.get("cafe"), public_reading=False))
    with pytest.raises(Refused) as refusal:
        cafe.community.access.room_to_read("cafe")
    assert refusal.value.code is Code.FORBIDDEN
    assert cafe.community.access.room_to_join(await cafe.guest("Lune42"), "cafe").slug == "cafe"


async def test_a_full_room_refuses_newcomers_and_nobody_in_it(cafe: Place) -> None:
    """`room_full` says how many fit; a second tab of somebody inside passes, and one leaving makes room."""
    await cafe.community.rooms.change(replace(cafe.community.rooms.get("cafe"), capacity=2))
    one, _, third = await cafe.guest("Lune42"), await cafe.guest("Soleil"), await cafe.guest("Brume", "ailleurs")
    with pytest.raises(Refused) as refusal:
        cafe.community.access.room_to_join(third, "cafe")
    assert (refusal.value.code, refusal.value.params["n"]) == (Code.ROOM_FULL, 2)
    assert cafe.community.access.room_to_join(one, "cafe").slug == "cafe"
    cafe.community.members.part(one, "cafe")
    assert cafe.community.access.room_to_join(third, "cafe").slug == "cafe"


async def test_whoever_has_not_joined_may_not_speak(cafe: Place) -> None:
    """A guest outside is forbidden, in a room that is there, and a room that is not is not found."""
    await cafe.community.rooms.create(Room("gare", "e1", "Gare"))
    guest = await cafe.guest("Lune42")
    for slug, code in (("gare", Code.FORBIDDEN), ("nulle-part", Code.NOT_FOUND)):
        with pytest.raises(Refused) as refusal:
            cafe.community.access.room_to_speak(guest, slug)
        assert refusal.value.code is code
    cafe.community.members.part(guest, "cafe")
    with pytest.raises(Refused):
        cafe.community.access.member(guest, "cafe")


async def test_a_message_is_its_authors_own(cafe: Place) -> None:
    """Somebody else's is forbidden; from the same device under another visit too."""
    author = await cafe.guest("Lune42", device="carnet")
    other, again = await cafe.guest("Soleil"), await cafe.guest("Brume", device="carnet")
    message_id = await _said(cafe, author)
    assert (await cafe.community.access.own_message(author, "cafe", message_id)).body == "Bonsoir"
    for somebody in (other, again):
        with pytest.raises(Refused) as refusal:
            await cafe.community.access.own_message(somebody, "cafe", message_id)
        assert refusal.value.code is Code.FORBIDDEN


async def test_a_message_is_found_in_its_room_while_it_is_published(cafe: Place) -> None:
    """By another room's name, an unknown id, held or removed: `not_found`, even for its author."""
    await cafe.community.rooms.create(Room("gare", "e1", "Gare"))
    author = await cafe.guest("Lune42")
    message_id = await _said(cafe, author)
    held = await _said(cafe, author, "cherche dealer fiable")
    removed = await _said(cafe, author, "à effacer")
    await cafe.community.messages.remove(removed)
    assert (await cafe.community.access.message_to_answer("cafe", message_id)).id == message_id
    for slug, wanted in (("gare", message_id), ("cafe", "nothing"), ("cafe", held), ("cafe", removed)):
        with pytest.raises(Refused) as refusal:
            await cafe.community.access.own_message(author, slug, wanted)
        assert refusal.value.code is Code.NOT_FOUND
        with pytest.raises(Refused):
            await cafe.community.access.message_to_answer(slug, wanted)


async def test_the_slower_of_room_and_sanction_counts(cafe: Place) -> None:
    """Slow mode of the room and of the person: whichever asks for more."""
    guest = await cafe.guest("Lune42")
    now = cafe.clock.now
    room = cafe.community.rooms.get("cafe")
    await cafe.community.sanctions.impose(
        Sanction("S1", SanctionKind.SLOW, guest.device, guest.id, "cafe", "1", now, now + 1_000)
    )
    for seconds, wanted in ((0, 30), (10, 30), (60, 60)):
        await cafe.community.rooms.change(replace(room, slow_seconds=seconds))
        assert cafe.community.access.slow_seconds(guest, "cafe") == wanted
