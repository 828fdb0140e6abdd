"""Own initiative: a case about what somebody of the staff saw."""

from __future__ import annotations

from typing import Any

import pytest


async def test_a_link_is_enough_to_open_a_case(watch: Any, csrf: Any) -> None:
    """The message's link, a reason, a note: the case has the same evidence as a reported one, and says where from."""
    message = await watch.say("Ombre", "retourne parler à ton frigo")
    nadia = await watch.signed_in("nadia")
    given = {
        "where": f"https://f.example/s/cafe?lire#m-{message}", "reason": "harassment", "note": "Vu en passant.",
        "csrf": await csrf(nadia),
    }  # fmt: skip
    answer = await nadia.post("/console/cases/new", data=given)
    assert answer.status_code == 303
    page = (await nadia.get(answer.headers["location"])).text
    assert "retourne parler à ton frigo" in page
    assert "Vu en passant." in page
    (waiting,) = await watch.moderation.queue.view()
    assert waiting.case.source.value == "staff"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"where": "le café, hier"}, "Collez le lien du message"),
        ({"where": "/s/cafe#m-01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "Collez le lien du message"),
        ({"reason": "unknown"}, "Choisissez un motif"),
    ],
)
async def test_what_it_lacks_is_said(watch: Any, csrf: Any, given: dict[str, str], said: str) -> None:
    """Nothing is opened, and what was typed is kept."""
    message = await watch.say("Ombre", "retourne parler à ton frigo")
    nadia = await watch.signed_in("nadia")
    whole = {"where": f"/s/cafe#m-{message}", "reason": "hate", "note": "Vu.", "csrf": await csrf(nadia), **given}
    page = await nadia.post("/console/cases/new", data=whole)
    assert page.status_code == 400
    assert said in page.text
    assert "Vu." in page.text
    assert await watch.moderation.queue.view() == []


async def test_the_queue_leads_there(watch: Any) -> None:
    """One link in the queue; the place may come along in the address, as text."""
    nadia = await watch.signed_in("nadia")
    assert 'href="/console/cases/new"' in (await nadia.get("/console/")).text
    assert "&lt;b&gt;" in (await nadia.get("/console/cases/new?lieu=%3Cb%3E")).text
