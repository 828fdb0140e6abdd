"""`/signaler`: a notice without an account."""

from __future__ import annotations

from typing import Any

import pytest

NOTICE = {
    "category": "harassment", "locations": "/s/cafe, hier soir vers 22 h, Ombre", "explanation": "Des insultes.",
    "name": "Camille Exemple", "email": "camille@exemple.fr", "bona_fide": "yes",
}  # fmt: skip


async def test_anybody_sends_a_notice_and_gets_a_code(watch: Any) -> None:
    """LAW.md §8.3, 1: an anonymous browser files a notice, and the page of its code says that it was received."""
    message = await watch.say("Ombre", "retourne parler à ton frigo")
    browser = watch.browser()
    given = {**NOTICE, "locations": f"https://f.example/s/cafe#m-{message}"}
    answer = await browser.post("/signaler", data=given)
    assert answer.status_code == 303, answer.text
    page = await browser.get(answer.headers["location"])
    assert "C’est reçu." in page.text
    assert "en attente d’une décision" in page.text
    (waiting,) = await watch.moderation.queue.view()
    assert waiting.case.subject.id == message


async def test_a_minor_in_danger_needs_no_name(watch: Any) -> None:
    """LAW.md §8.3, 2: for child sexual abuse nobody is asked who they are; helplines follow."""
    given = {**NOTICE, "category": "minor", "name": "", "email": ""}
    browser = watch.browser()
    answer = await browser.post("/signaler", data=given)
    assert answer.status_code == 303
    assert "119" in (await browser.get(answer.headers["location"])).text


async def test_one_may_prefer_not_to_say(watch: Any) -> None:
    """Anonymity is a box to tick; what was typed beside it is not kept."""
    answer = await watch.browser().post("/signaler", data={**NOTICE, "anonymous": "yes"})
    assert answer.status_code == 303
    (waiting,) = await watch.moderation.queue.view()
    assert "camille" not in repr(await watch.moderation.cases.get(waiting.case.number)).lower()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"category": ""}, "Choisissez de quoi"),
        ({"category": "unknown"}, "Choisissez de quoi"),
        ({"locations": " \n "}, "au moins un endroit"),
        ({"locations": "\n".join(f"/s/cafe {n}" for n in range(51))}, "50 au plus"),
        ({"explanation": ""}, "Expliquez"),
        ({"name": ""}, "Indiquez votre nom"),
        ({"email": "pas une adresse"}, "adresse électronique valable"),
        ({"bona_fide": ""}, "Cochez cette case"),
    ],
)
async def test_what_is_missing_is_said_beside_its_field(watch: Any, given: dict[str, str], said: str) -> None:
    """The form comes back as it was, with one sentence at the field; nothing was sent."""
    page = await watch.browser().post("/signaler", data={**NOTICE, **given})
    assert page.status_code == 400
    assert said in page.text
    assert 'value="Camille Exemple"' in page.text or given.get("name") == ""
    assert await watch.moderation.queue.view() == []


async def test_a_flood_waits(watch: Any) -> None:
    """Callers without an address of their own share a generous pace; beyond it the page says how long to wait."""
    browser = watch.browser()
    answers = [await browser.post("/signaler", data={**NOTICE, "explanation": ""}) for _ in range(201)]
    assert answers[-1].status_code == 429
    assert "Réessayez dans" in answers[-1].text


async def test_a_link_brings_its_place_along(watch: Any) -> None:
    """Without JavaScript, a message's flag leads here with the place filled in, as text."""
    page = await watch.browser().get("/signaler?lieu=/s/cafe%23m-1%3Cb%3E&motif=hate")
    assert "/s/cafe#m-1&lt;b&gt;" in page.text
    assert 'value="hate" checked' in page.text
