"""What a first visit weighs, and the picture for the README."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

BUDGET = 60_000
"""Bytes over the wire of everything that coming in and standing in a room loads, compressed (PRODUCT.md §1)."""
PICTURE = Path(__file__).parents[2] / "docs/images/room.png"


async def test_a_first_visit_fits_the_budget(place: Place) -> None:
    """Entry page and room together, as the browser itself counted what it received."""
    lune = await place.enter("Lune42")
    counted = """() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
        .filter((entry) => !entry.name.includes("/api/"))
        .map((entry) => [entry.name.replace(location.origin, ""), entry.encodedBodySize])"""
    room = dict(await lune.page.evaluate(counted))
    entry = dict(await (await place.open("/")).page.evaluate(counted))
    loaded = {**entry, **room}
    assert len(loaded) > 20
    assert sum(loaded.values()) <= BUDGET, sorted(loaded.items(), key=lambda item: -item[1])


TALK = (
    ("Hibou_Sage", "Bonsoir tout le monde. Il gèle, ici."),
    ("Galet", "Bonsoir ! À Limoges aussi. J’ai sorti la grosse couette."),
    ("Comète", "À Brest il pleut, donc tout va bien."),
    ("Hibou_Sage", "@Comète le contraire m’aurait inquiété."),
    ("Hibou_Sage", "Quelqu’un a lu le dernier Chalandon ?"),
    ("Galet", "Oui, en deux soirs. Je peux le prêter si quelqu’un passe à la bibliothèque."),
    ("Comète", "Moi je relis Colette. C’est de saison."),
)


async def test_the_picture_of_the_readme(place: Place, tmp_path: Path) -> None:
    """A room in the evening; kept as the README's picture where VEILLEE_PICTURE is set, thrown away elsewhere."""
    lune = await place.enter("Lune42", viewport={"width": 1100, "height": 640}, color_scheme="dark")
    await lune.page.get_by_role("button", name="C’est noté").click()
    cast = {nick: await place.enter(nick) for nick in dict.fromkeys(nick for nick, _ in TALK)}
    for nick, text in TALK:
        await cast[nick].say(text)
        await lune.hears(text)
    await lune.say("Bonsoir à vous. @Galet, je veux bien, merci !")
    await expect(lune.page.locator("li.pending")).to_have_count(0)
    await cast["Comète"].page.locator("#composer").press_sequentially("Ah, moi aussi", delay=300)
    await expect(lune.page.locator(".typing")).to_contain_text("écrit")
    picture = PICTURE if "VEILLEE_PICTURE" in os.environ else tmp_path / "room.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    await lune.page.screenshot(path=picture)
    assert picture.stat().st_size < 150_000
