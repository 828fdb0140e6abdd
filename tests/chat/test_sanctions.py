"""Who is restricted now: each kind restricts what it says, until its end or until it is lifted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.community import Place, draft, place
from tests.doubles import START
from veillee.chat.guests import Entry
from veillee.model.clock import HOUR
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.room import Room
from veillee.model.sanction import Sanction, SanctionKind


def _sanction(guest: Guest, kind: SanctionKind, room: str | None = None, name: str = "S1") -> Sanction:
    end = None if kind is SanctionKind.WARN else START + HOUR
    return Sanction(name, kind, guest.device, guest.id, room, "1", START, end, "7F3K-21AB", "code-of-the-statement")


async def _refused(cafe: Place, guest: Guest, room: str = "cafe") -> Refused | None:
    try:
        await cafe.community.messages.post(guest, draft("Bonsoir", f"k{cafe.clock.now}{room}", room))
    except Refused as refusal:
        return refusal
    return None


async def test_a_mute_silences_with_its_case_and_its_end(cafe: Place) -> None:
    """The refusal says where to contest and until when; the person may stay and read."""
    guest = await cafe.guest("Lune42")
    await cafe.community.sanctions.impose(_sanction(guest, SanctionKind.MUTE))
    refusal = await _refused(cafe, guest)
    assert refusal is not None
    assert (refusal.code, refusal.case, refusal.secret) == (Code.MUTED, "7F3K-21AB", "code-of-the-statement")
    assert refusal.params["until"] == START + HOUR
    assert cafe.community.access.room_to_join(guest, "cafe").slug == "cafe"


async def test_a_sanction_ends_by_itself(cafe: Place) -> None:
    """At its end, not a millisecond before, the person may speak."""
    guest = await cafe.guest("Lune42")
    await cafe.community.sanctions.impose(_sanction(guest, SanctionKind.MUTE))
    cafe.clock.now = START + HOUR - 1
    assert await _refused(cafe, guest) is not None
    cafe.clock.now = START + HOUR
    assert await _refused(cafe, guest) is None


async def test_lifting_restores_the_person_exactly(cafe: Place) -> None:
    """After a lift nothing is left of it, and lifting again changes nothing."""
    guest = await cafe.guest("Lune42")
    for kind in (SanctionKind.MUTE, SanctionKind.SLOW):
        await cafe.community.sanctions.impose(_sanction(guest, kind, name=kind.value))
        await cafe.community.sanctions.lift(kind.value)
        await cafe.community.sanctions.lift(kind.value)
    assert cafe.community.sanctions.active(guest.device) == []
    assert await _refused(cafe, guest) is None
    assert cafe.community.access.slow_seconds(guest, "cafe") == 0


async def test_a_repeated_sanction_changes_nothing(cafe: Place) -> None:
    """The outbox may repeat it: it is told once, and comes back neither while it stands nor after it was lifted."""
    told: list[Sanction] = []
    cafe.community.sanctions.on_imposed(told.append)
    guest = await cafe.guest("Lune42")
    sanction = _sanction(guest, SanctionKind.MUTE)
    await cafe.community.sanctions.impose(sanction)
    await cafe.community.sanctions.impose(sanction)
    await cafe.community.sanctions.lift(sanction.id)
    await cafe.community.sanctions.impose(sanction)
    assert told == [sanction]
    assert await _refused(cafe, guest) is None


async def test_a_room_ban_holds_in_its_room_only(cafe: Place) -> None:
    """The person may neither speak nor join there, and does both elsewhere."""
    await cafe.community.rooms.create(Room("gare", "e1", "Gare"))
    guest = await cafe.guest("Lune42")
    await cafe.community.members.join(guest, "gare")
    await cafe.community.sanctions.impose(_sanction(guest, SanctionKind.ROOM_BAN, "cafe"))
    refusal = await _refused(cafe, guest)
    assert refusal is not None
    assert refusal.code is Code.SUSPENDED
    with pytest.raises(Refused):
        cafe.community.access.room_to_join(guest, "cafe")
    assert await _refused(cafe, guest, "gare") is None


async def test_a_service_ban_holds_on_to_the_device(cafe: Place) -> None:
    """Another pseudonym from the same device is refused at the door; another device is not."""
    guest = await cafe.guest("Lune42", device="tablette")
    await cafe.community.sanctions.impose(_sanction(guest, SanctionKind.SERVICE_BAN))
    with pytest.raises(Refused) as refusal:
        await cafe.community.guests.enter(Entry("Soleil", True, "tablette"))
    assert refusal.value.code is Code.SUSPENDED
    assert (await cafe.community.guests.enter(Entry("Soleil", True, "autre"))).guest.pseudonym == "Soleil"
    await cafe.community.sanctions.lift("S1")
    assert (await cafe.community.guests.enter(Entry("Pluie", True, "tablette"))).guest.pseudonym == "Pluie"


async def test_slow_asks_for_thirty_seconds_and_a_warning_for_nothing(cafe: Place) -> None:
    """A warning restricts nothing at all."""
    guest = await cafe.guest("Lune42")
    await cafe.community.sanctions.impose(_sanction(guest, SanctionKind.WARN))
    assert cafe.community.access.slow_seconds(guest, "cafe") == 0
    assert await _refused(cafe, guest) is None
    await cafe.community.sanctions.impose(_sanction(guest, SanctionKind.SLOW, name="S2"))
    assert cafe.community.access.slow_seconds(guest, "cafe") == 30


async def test_what_stands_survives_a_restart(tmp_path: Path) -> None:
    """A new process knows who is muted and who was lifted."""
    async with place(tmp_path) as before:
        one, other = await before.guest("Lune42"), await before.guest("Soleil")
        await before.community.sanctions.impose(_sanction(one, SanctionKind.MUTE))
        await before.community.sanctions.impose(_sanction(other, SanctionKind.MUTE, name="S2"))
        await before.community.sanctions.lift("S2")
    async with place(tmp_path) as after:
        for guest in (one, other):
            await after.community.members.join(guest, "cafe")
        assert await _refused(after, one) is not None
        assert await _refused(after, other) is None
