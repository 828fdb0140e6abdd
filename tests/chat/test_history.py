"""What was said: pages of a room's events, rendered from what is stored now."""

from __future__ import annotations

import pytest

from tests.community import Place, draft
from veillee.model.clock import SECOND
from veillee.model.event import Durable
from veillee.model.guest import Guest
from veillee.model.message import State
from veillee.model.room import Room


async def _talk(cafe: Place, guest: Guest, count: int, room: str = "cafe") -> list[str]:
    ids = []
    for number in range(count):
        cafe.clock.forward(SECOND)
        ids.append(
            (await cafe.community.messages.post(guest, draft(f"phrase {number + 1}", f"k{number}{room}", room))).id
        )
    return ids


def _offsets(events: list[Durable]) -> list[int]:
    return [event.s for event in events]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, range(1, 13)),
        ({"limit": 5}, range(8, 13)),
        ({"before": 5, "limit": 3}, range(2, 5)),
        ({"before": 1}, ()),
        ({"after": 5, "limit": 3}, range(6, 9)),
        ({"after": 12}, ()),
        ({"after": 3, "before": 6}, (4, 5)),
        ({"around": 6, "limit": 5}, range(4, 9)),
        ({"around": 1, "limit": 4}, (1, 2, 3)),
        ({"around": 12, "limit": 1}, (12,)),
        ({"limit": 0}, (12,)),
        ({"limit": -5}, (12,)),
        ({"limit": 10**9}, range(1, 13)),
    ],
    ids=str,
)
async def test_a_page_is_ascending_and_no_longer_than_asked(
    cafe: Place, asked: dict[str, int], wanted: range | tuple[int, ...]
) -> None:
    """Newest of all, before, after, around: the right offsets, in order."""
    await _talk(cafe, await cafe.guest("Lune42"), 12)
    assert _offsets(await cafe.community.history.page("cafe", **asked)) == list(wanted)


async def test_a_page_has_a_hundred_events_at_most(cafe: Place) -> None:
    """Whoever asks for more gets a hundred; the default is fifty."""
    await _talk(cafe, await cafe.guest("Lune42"), 110)
    assert len(await cafe.community.history.page("cafe", limit=1_000)) == 100
    assert _offsets(await cafe.community.history.page("cafe")) == list(range(61, 111))


async def test_a_room_shows_its_own_events_only(cafe: Place) -> None:
    """Offsets are numbered per room."""
    await cafe.community.rooms.create(Room("gare", "e1", "Gare"))
    guest = await cafe.guest("Lune42")
    await cafe.community.members.join(guest, "gare")
    await _talk(cafe, guest, 2)
    await _talk(cafe, guest, 3, "gare")
    assert _offsets(await cafe.community.history.page("gare")) == [1, 2, 3]
    assert await cafe.community.history.page("nulle-part") == []


async def test_nothing_removed_comes_back(cafe: Place) -> None:
    """A removed message is a tombstone in its own place, without text or pseudonym; an edited one has its new text."""
    guest = await cafe.guest("Lune42")
    first, second, _ = await _talk(cafe, guest, 3)
    await cafe.community.messages.delete(guest, "cafe", first)
    await cafe.community.messages.edit(guest, "cafe", second, "corrigé")
    page = await cafe.community.history.page("cafe")
    assert _offsets(page) == [1, 2, 3, 4, 5]
    assert page[0].data == {"id": first, "gone": True}
    assert page[1].data["b"] == "corrigé"
    assert [event.kind for event in page] == ["msg", "msg", "msg", "del", "edit"]
    assert "phrase 1" not in str(page)
    assert "phrase 2" not in str(page)


async def test_what_was_missed_is_bounded_on_both_sides(cafe: Place) -> None:
    """`since` gives what lies between two offsets, the oldest first."""
    await _talk(cafe, await cafe.guest("Lune42"), 8)
    assert _offsets(await cafe.community.history.since("cafe", 2, 6, 100)) == [3, 4, 5, 6]
    assert _offsets(await cafe.community.history.since("cafe", 2, 6, 2)) == [3, 4]
    assert await cafe.community.history.since("cafe", 8, 8, 100) == []


async def test_personal_events_are_numbered_for_their_reader(cafe: Place) -> None:
    """A mention is in the stream of whoever is mentioned and in nobody else's."""
    author, reader = await cafe.guest("Lune42"), await cafe.guest("Brume")
    for number in range(3):
        await cafe.community.messages.post(author, draft("dis @Brume", f"k{number}"))
    history = cafe.community.history
    assert [(e.s, e.kind) for e in await history.personal(reader.id, 1)] == [(2, "mention"), (3, "mention")]
    assert (await history.personal_offset(reader.id), await history.personal_offset(author.id)) == (3, 0)
    assert await history.personal(author.id, 0) == []


async def test_staff_see_the_neighbours_in_whatever_state(cafe: Place) -> None:
    """Held and removed messages stand among the others, with their text, on each side as many as asked."""
    guest = await cafe.guest("Lune42")
    ids = await _talk(cafe, guest, 7)
    await cafe.community.messages.remove(ids[2])
    cafe.clock.forward(SECOND)
    held = await cafe.community.messages.post(guest, draft("cherche dealer fiable"))
    around = await cafe.community.history.around_message(ids[3], 2)
    assert [(m.id, m.state) for m in around] == [
        (ids[1], State.PUBLISHED), (ids[2], State.REMOVED), (ids[3], State.PUBLISHED),
        (ids[4], State.PUBLISHED), (ids[5], State.PUBLISHED),
    ]  # fmt: skip
    assert around[1].body == "phrase 3"
    assert [m.id for m in await cafe.community.history.around_message(held.id, 1)] == [ids[6], held.id]
    assert await cafe.community.history.around_message("nothing") == []
