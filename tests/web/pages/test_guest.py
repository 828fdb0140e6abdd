"""The pages of guests, as somebody without scripts walks them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.web.pages.house import browser, open_house
from veillee.chat.guests import Entry
from veillee.model.message import Draft
from veillee.wiring.house import House


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A house with two rooms."""
    async with open_house(tmp_path) as built:
        yield built


async def come_in(client: httpx.AsyncClient, nick: str = "Lune42", to: str = "/s/accueil") -> httpx.Response:
    """Send the plain form of the entry page."""
    return await client.post("/entrer", data={"nick": nick, "rules": "1", "to": to})


async def speak(house: House, body: str, key: str = "k1") -> None:
    """Somebody says something in the room."""
    entered = await house.community.guests.enter(Entry("Braise31", True, "d" * 40))
    await house.community.members.join(entered.guest, "accueil")
    await house.community.messages.post(entered.guest, Draft("accueil", key, body))


async def test_the_entry_page_says_first_things_first(house: House) -> None:
    """The place, who runs it, who is there, who is watching, three rules, one field, one button: in this order."""
    async with browser(house) as client:
        page = (await client.get("/")).text
    marks = ["Chez nous</h1>", "Les Veilleurs", "entry-tonight", "<ol><li>", 'id="nick"', 'type="submit"']
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)
    assert re.search(r'id="nick"[^>]*\s+value="[^"]{3,24}"', page)


async def test_somebody_without_scripts_comes_in_and_reads(house: House) -> None:
    """One form, then the four words once, then the room with what was said, as text."""
    await speak(house, "Bonsoir <b>tout le monde</b>")
    async with browser(house) as client:
        entered = await come_in(client)
        assert (entered.status_code, entered.headers["location"]) == (303, "/bienvenue?to=/s/accueil")
        welcome = await client.get("/bienvenue?to=/s/accueil")
        words = re.search(r'class="code">([^<]+)<', welcome.text)
        assert words is not None
        assert len(words[1].split()) == 4
        assert (await client.get("/bienvenue")).status_code == 303
        room = await client.get("/s/accueil")
    assert "Bonsoir &lt;b&gt;tout le monde&lt;/b&gt;" in room.text
    assert 'data-room="accueil"' in room.text


async def test_a_refusal_shows_the_form_again_with_what_is_wrong(house: House) -> None:
    """Nothing typed is lost, and the sentence stands beside the field."""
    async with browser(house) as client:
        unticked = await client.post("/entrer", data={"nick": "Lune42", "to": "/s/accueil"})
        short = await come_in(client, "x")
    assert unticked.status_code == 400
    assert 'value="Lune42"' in unticked.text
    assert "Cochez la case" in unticked.text
    assert short.status_code == 400
    assert 'aria-invalid="true"' in short.text


async def test_a_pseudonym_is_reopened_with_its_words(house: House) -> None:
    """Four words on another device bring the pseudonym back; wrong ones say so."""
    async with browser(house) as first, browser(house) as second:
        await come_in(first)
        welcome = await first.get("/bienvenue?to=/")
        words = re.search(r'class="code">([^<]+)<', welcome.text)
        assert words is not None
        wrong = await second.post("/reprendre", data={"phrase": "un deux trois quatre"})
        right = await second.post("/reprendre", data={"phrase": words[1]})
        assert (wrong.status_code, right.status_code) == (401, 303)
        assert "Entrer" not in (await second.get("/")).text.split("<title>")[1][:12]


async def test_leaving_ends_the_session(house: House) -> None:
    """After it the entry page is back."""
    async with browser(house) as client:
        await come_in(client)
        assert 'id="talk"' in (await client.get("/")).text
        assert (await client.post("/quitter")).status_code == 303
        assert 'id="nick"' in (await client.get("/")).text


async def test_a_room_is_read_from_outside_only_where_it_allows(house: House) -> None:
    """`?lire` shows the conversation, each message with its way to report it; a closed room is refused."""
    await speak(house, "Bonsoir tout le monde")
    async with browser(house) as client:
        page = await client.get("/s/accueil?lire")
        assert "Bonsoir tout le monde" in page.text
        assert "/signaler?lieu=/s/accueil%23m-" in page.text
        assert (await client.get("/s/chuchotis?lire")).status_code == 403
        assert "lire" not in (await client.get("/s/chuchotis")).text


async def test_no_way_out_of_the_place_after_entering(house: House) -> None:
    """Where to go on to is ours: another site's address becomes the home page."""
    async with browser(house) as client:
        for to in ("//evil.example", "https://evil.example/", "/s/../console", "/\\evil.example"):
            answer = await client.post("/entrer", data={"nick": "Lune42", "rules": "1", "to": to})
            assert answer.headers.get("location", "/bienvenue?to=/") == "/bienvenue?to=/"
            await client.post("/quitter")
            language = await client.get("/langue/en", params={"to": to})
            assert language.headers["location"] in ("/", "/s/../console")


async def test_the_language_is_remembered(house: House) -> None:
    """The switch goes back to the page, which then speaks it."""
    async with browser(house) as client:
        answer = await client.get("/langue/en", params={"to": "/s/accueil"})
        assert answer.headers["location"] == "/s/accueil"
        assert '<html lang="en"' in (await client.get("/")).text


async def test_an_error_is_a_page_for_people_and_json_for_programs(house: House) -> None:
    """A room that is not there: a sentence and a way back."""
    async with browser(house) as client:
        page = await client.get("/s/nowhere")
        document = await client.get("/api/v1/rooms/nowhere")
    assert page.status_code == 404
    assert 'href="/"' in page.text
    assert document.json()["err"]["c"] == "not_found"


async def test_a_place_without_an_operator_stays_shut(tmp_path: Path) -> None:
    """Nobody can enter where nobody answers in law; the page says so and has no form."""
    async with open_house(tmp_path, lawful=False) as house, browser(house) as client:
        page = (await client.get("/")).text
    assert 'id="nick"' not in page


@pytest.mark.parametrize("path", ["/", "/s/accueil", "/s/accueil?lire", "/reprendre", "/s/nowhere"])
async def test_pages_keep_to_the_strict_policy(house: House, path: str) -> None:
    """No inline script, style or handler; the header forbids them (no `unsafe-`); nothing is stored."""
    async with browser(house) as client:
        await come_in(client)
        for answer in (await client.get(path), await browser(house).get(path)):
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe-" not in policy
            assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", answer.text)
            assert answer.headers["cache-control"] == "no-store"


async def test_a_frame_of_another_site_is_for_rooms_only(house: House) -> None:
    """`/embed/` may be framed where the operator allows it; everything else nowhere."""
    async with browser(house) as client:
        assert "frame-ancestors 'self'" in (await client.get("/embed/accueil")).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in (await client.get("/s/accueil")).headers["content-security-policy"]
        assert 'name="to" value="/embed/accueil"' in (await client.get("/embed/accueil")).text
