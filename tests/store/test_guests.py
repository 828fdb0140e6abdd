"""Verbs on guests."""

from __future__ import annotations

from dataclasses import replace

from tests.doubles import START
from tests.store.conftest import LUNE
from veillee.model.guest import Guest, Member
from veillee.store import guests
from veillee.store.port import Store


async def test_a_guest_is_found_by_what_they_hold(store: Store) -> None:
    """By id, by the token's hash, by the phrase's hash; by nothing else."""
    assert await store.read(guests.get, "G1") == LUNE
    assert await store.read(guests.by_token, "token") == LUNE
    assert await store.read(guests.by_phrase, "phrase") == LUNE
    assert await store.read(guests.by_token, "phrase") is None


async def test_leaving_ends_the_token_and_keeps_the_name(store: Store) -> None:
    """Who left has no session; the pseudonym is still held for the phrase."""
    await store.write(guests.leave, "G1", START + 1)
    assert await store.read(guests.by_token, "token") is None
    held = await store.read(guests.holding, "lune42", START)
    assert [(guest.id, phrase) for guest, phrase in held] == [("G1", "phrase")]


async def test_a_name_is_held_only_so_long(store: Store) -> None:
    """A guest not seen since then holds it no more; being seen prolongs it."""
    assert await store.read(guests.holding, "lune42", START + 1) == []
    await store.write(guests.seen, ["G1"], START + 5)
    assert len(await store.read(guests.holding, "lune42", START + 1)) == 1


async def test_reopening_moves_the_session(store: Store) -> None:
    """The new token works, the old one does not, and whoever left is back."""
    await store.write(guests.leave, "G1", START)
    await store.write(guests.give_token, "G1", "fresh", START + 2)
    assert await store.read(guests.by_token, "token") is None
    assert await store.read(guests.by_token, "fresh") == LUNE


async def test_a_look_alike_of_another_device_is_not_admitted(store: Store) -> None:
    """While the first was seen lately; the same device may enter again, and a name nobody holds is free."""
    twin = replace(LUNE, id="G2", device="d-G2")
    assert not await store.write(guests.admit, twin, "t2", "p2", START)
    assert await store.read(guests.get, "G2") is None
    assert await store.write(guests.admit, replace(twin, device="d-G1"), "t2", "p2", START)
    assert await store.write(guests.admit, replace(twin, id="G3"), "t3", "p3", START + 1)


async def test_a_name_is_taken_only_if_it_is_free(store: Store) -> None:
    """Renaming changes nothing if another device holds the new one's shape."""
    await store.write(guests.add, Guest("G2", "d-G2", "Hibou7", "hibou7", START), "t2", None)
    assert not await store.write(guests.take_name, replace(LUNE, pseudonym="Hibou7", skeleton="hibou7"), START)
    assert await store.read(guests.get, "G1") == LUNE
    braise = replace(LUNE, pseudonym="Braise", skeleton="braise")
    assert await store.write(guests.take_name, braise, START)
    assert await store.read(guests.get, "G1") == braise


async def test_a_session_is_reopened_only_if_nobody_bears_the_name(store: Store) -> None:
    """Somebody else has come to bear it since: the old token stays what it was."""
    await store.write(guests.add, Guest("G2", "d-G2", "Lune42", "lune42", START + 5), "t2", None)
    assert not await store.write(guests.reopen, LUNE, "fresh", START + 9, START + 1)
    assert await store.read(guests.by_token, "token") == LUNE
    await store.write(guests.leave, "G2", START + 6)
    assert await store.write(guests.reopen, LUNE, "fresh", START + 20, START + 10)
    assert await store.read(guests.by_token, "fresh") == LUNE


async def test_a_face_leads_to_the_guest(store: Store) -> None:
    """A `u` seen in a room is known for ever after; joining again changes nothing."""
    member = Member("face", "G1", "cafe", "Lune42", LUNE.device)
    await store.write(guests.join, member, START)
    await store.write(guests.join, replace(member, pseudonym="Autre"), START)
    found = await store.read(guests.by_u, "face")
    assert found is not None
    assert found == (member, LUNE)
    assert await store.read(guests.by_u, "nobody") is None


async def test_blocks_are_between_devices(store: Store) -> None:
    """Blocking twice is blocking once; undoing what is not there changes nothing."""
    for _ in range(2):
        await store.write(guests.block, "d-G1", "d-G2", START)
    assert await store.read(guests.blocked_by, "d-G1") == {"d-G2"}
    assert await store.read(guests.blocked_by, "d-G2") == frozenset()
    assert await store.read(guests.who_blocked, "d-G2", {"d-G1", "d-G2", "d-G3"}) == {"d-G1"}
    assert await store.read(guests.who_blocked, "d-G2", {"d-G3"}) == frozenset()
    for _ in range(2):
        await store.write(guests.unblock, "d-G1", "d-G2")
    assert await store.read(guests.blocked_by, "d-G1") == frozenset()


async def test_personal_events_are_numbered_for_each_guest(store: Store) -> None:
    """One stream a guest, without gaps; telling nobody tells nothing."""
    for number in range(3):
        await store.write(guests.tell, "G1", "card", {"id": str(number)}, START)
    await store.write(guests.tell, "nobody", "card", {}, START)
    events = await store.read(guests.personal_events, "G1", 1, 50)
    assert [(event.s, event.data["id"]) for event in events] == [(2, "1"), (3, "2")]
    assert await store.read(guests.personal_offset, "G1") == 3


async def test_renaming_changes_name_and_shape(store: Store) -> None:
    """The guest stays the same guest."""
    await store.write(guests.rename, "G1", "Hibou7", "hibou7")
    assert await store.read(guests.get, "G1") == replace(LUNE, pseudonym="Hibou7", skeleton="hibou7")
