"""Reading from outside: the list, a room, and what was said where the room allows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.pages.house import browser, open_house
from veillee.chat.guests import Entry
from veillee.model.message import Draft
from veillee.wiring.house import House


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[House]:
    """A house in which somebody said three things in `accueil`."""
    async with open_house(tmp_path) as opened:
        community = opened.community
        guest = (await community.guests.enter(Entry("Lune42", True, "d" * 40))).guest
        for slug in ("accueil", "chuchotis"):
            await community.members.join(guest, slug)
        for number in range(3):
            await community.messages.post(guest, Draft("accueil", f"k{number}", f"Phrase {number}"))
        await community.messages.post(guest, Draft("chuchotis", "k", "Entre nous"))
        yield opened


async def test_the_list_is_complete_and_counts_are_fuzzy(place: House) -> None:
    """Every open room with its options; under five people the count is not told."""
    async with browser(place) as http:
        rooms = (await http.get("/api/v1/rooms")).json()["rooms"]
        one = (await http.get("/api/v1/rooms/accueil")).json()
    assert {room["slug"] for room in rooms} == {"accueil", "chuchotis"}
    assert one in rooms
    assert (one["name"], one["count"], one["reading"]) == ("Accueil", None, True)


async def test_what_was_said_comes_page_by_page(place: House) -> None:
    """Ascending, by offset: the newest, those before, those after; the epoch with them."""
    async with browser(place) as http:

        async def page(**asked: int) -> list[int]:
            answer = (await http.get("/api/v1/rooms/accueil/messages", params=asked)).json()
            assert answer["ep"] == "e1"
            return [event["s"] for event in answer["events"]]

        assert await page() == [1, 2, 3]
        assert await page(limit=2) == [2, 3]
        assert await page(before=3, limit=1) == [2]
        assert await page(after=1) == [2, 3]
        assert await page(after=3) == []


@pytest.mark.parametrize("asked", ["limit=0", "limit=101", "before=-1", "after=x", f"after={2**60}"])
async def test_an_impossible_page_is_refused(place: House, asked: str) -> None:
    """400 with the name of the parameter."""
    async with browser(place) as http:
        answer = await http.get(f"/api/v1/rooms/accueil/messages?{asked}")
    assert (answer.status_code, answer.json()["err"]["c"]) == (400, "bad_request")
    assert answer.json()["err"]["field"].startswith("query.")


async def test_a_room_may_keep_its_words_inside(place: House) -> None:
    """Where public reading is off nobody reads from outside; a room that is not there is not found."""
    async with browser(place) as http:
        private = await http.get("/api/v1/rooms/chuchotis/messages")
        missing = await http.get("/api/v1/rooms/nowhere/messages")
    assert 400 <= private.status_code < 500
    assert "Entre nous" not in private.text
    assert (missing.status_code, missing.json()["err"]["c"]) == (404, "not_found")
