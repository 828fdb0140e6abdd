"""Rooms: opening, changing, closing, and what they do while nobody is on duty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.community import Place, draft, place
from veillee.model.errors import Code, Refused
from veillee.model.room import Room


async def test_a_room_that_is_not_there_is_not_found(cafe: Place) -> None:
    """Neither a wrong slug nor a closed room is told from one that never was."""
    await cafe.community.rooms.create(Room("gare", "e1", "Gare"))
    await cafe.community.rooms.close("gare")
    for slug in ("gare", "nulle-part", "", "../cafe"):
        with pytest.raises(Refused) as refusal:
            cafe.community.rooms.get(slug)
        assert refusal.value.code is Code.NOT_FOUND


@pytest.mark.parametrize("slug", ["cafe", "Café", "a b", "-a", "a-", "a" * 49, "", "a\n", "../x"])
async def test_a_slug_that_is_taken_or_malformed_is_refused(cafe: Place, slug: str) -> None:
    """`bad_request`, and the room that has the name stays what it was."""
    with pytest.raises(Refused) as refusal:
        await cafe.community.rooms.create(Room(slug, "e2", "Autre"))
    assert refusal.value.code is Code.BAD_REQUEST
    assert cafe.community.rooms.get("cafe").name == "Café"


async def test_rooms_survive_a_restart_with_their_options(tmp_path: Path) -> None:
    """What was created, changed and closed is so in the next process."""
    async with place(tmp_path) as before:
        await before.community.rooms.create(Room("gare", "e1", "Gare"))
        await before.community.rooms.close("gare")
        await before.community.rooms.change(
            replace(before.community.rooms.get("cafe"), slow_seconds=7, topic="Le soir")
        )
    async with place(tmp_path) as after:
        room = after.community.rooms.get("cafe")
        assert (room.slow_seconds, room.topic, room.epoch) == (7, "Le soir", "e1")
        assert [view.room.slug for view in after.community.rooms.listing()] == ["cafe"]


async def test_the_room_spoken_in_last_comes_first(cafe: Place) -> None:
    """Activity orders the list, then the name."""
    for slug, name in (("bal", "Bal"), ("abri", "Abri")):
        await cafe.community.rooms.create(Room(slug, "e1", name))
    cafe.community.rooms.spoken("cafe", 1)
    assert [view.room.slug for view in cafe.community.rooms.listing()] == ["cafe", "abri", "bal"]
    cafe.community.rooms.spoken("bal", 2)
    assert [view.room.slug for view in cafe.community.rooms.listing()] == ["bal", "cafe", "abri"]


async def test_the_list_does_not_betray_how_few_are_there(cafe: Place) -> None:
    """One person is "a few"; five are five."""
    assert [view.count for view in cafe.community.rooms.listing()] == [0]
    for number in range(5):
        await cafe.guest(f"Braise{number}x")
        counts = [view.count for view in cafe.community.rooms.listing()]
    assert counts == [5]
    cafe.community.members.part(await cafe.guest("Sapin"), "cafe")


async def test_no_room_opens_while_the_operator_is_unknown(cafe: Place) -> None:
    """Without an identity nobody joins or speaks; reading the list still works."""
    guest = await cafe.guest("Lune42")
    cafe.community.rooms.shut_reason = "no identity"
    for act in (
        lambda: cafe.community.access.room_to_join(guest, "cafe"),
        lambda: cafe.community.access.room_to_speak(guest, "cafe"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code is Code.ROOM_CLOSED
    assert cafe.community.rooms.listing()


async def test_a_room_that_closes_unattended_opens_with_the_next_duty(cafe: Place) -> None:
    """Nobody on duty: closed. Somebody comes: open."""
    guest = await cafe.guest("Lune42")
    await cafe.community.rooms.change(replace(cafe.community.rooms.get("cafe"), unattended="closed"))
    cafe.community.rooms.attended = False
    with pytest.raises(Refused) as refusal:
        await cafe.community.messages.post(guest, draft("Bonsoir"))
    assert refusal.value.code is Code.ROOM_CLOSED
    cafe.community.rooms.attended = True
    assert (await cafe.community.messages.post(guest, draft("Bonsoir"))).s == 1


async def test_a_guarded_room_lets_plain_talk_through_only(cafe: Place) -> None:
    """Unattended: what would be a warning waits for a person, a link is refused, and the rest is delivered."""
    guest = await cafe.guest("Lune42")
    cafe.community.rooms.attended = False
    assert not (await cafe.community.messages.post(guest, draft("Bonsoir à tous"))).held
    assert (await cafe.community.messages.post(guest, draft("ta gueule"))).held
    with pytest.raises(Refused) as refusal:
        await cafe.community.messages.post(guest, draft("voir https://exemple.fr"))
    assert refusal.value.code is Code.GUARDED
    assert await cafe.settled() == ["Bonsoir à tous"]


async def test_links_are_refused_where_the_room_says_so(tmp_path: Path) -> None:
    """`link_not_allowed`, whatever the case of the address."""
    async with place(tmp_path, links=False) as here:
        guest = await here.guest("Lune42")
        for body in ("https://exemple.fr", "voir WWW.exemple.fr"):
            with pytest.raises(Refused) as refusal:
                await here.community.messages.post(guest, draft(body))
            assert refusal.value.code is Code.LINK_NOT_ALLOWED
