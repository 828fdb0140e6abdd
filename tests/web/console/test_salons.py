"""The rooms page."""

from __future__ import annotations

from typing import Any

import pytest

NEW = {"slug": "cafe", "name": "Le café", "topic": "On parle de tout", "language": "fr", "unattended": "closed"}


async def test_an_operator_creates_changes_and_closes_a_room(house: Any, csrf: Any) -> None:
    """Each act is on the page and in the audit."""
    paul = await house.signed_in("paul")
    given = {"csrf": await csrf(paul)}
    assert (await paul.post("/console/rooms", data={**NEW, **given})).status_code == 303
    assert house.rooms.get("cafe").unattended == "closed"
    await paul.post("/console/rooms/change", data={"slug": "cafe", "slow": "10", "unattended": "guarded", **given})
    assert house.rooms.get("cafe").slow_seconds == 10
    page = (await paul.get("/console/rooms")).text
    assert "Le café" in page
    assert "un message toutes les 10 s" in page
    assert (await paul.post("/console/rooms/close", data={"slug": "cafe", **given})).status_code == 303
    assert house.rooms.listing() == []
    journal = (await paul.get("/console/audit")).text
    assert all(action in journal for action in ("room.created", "room.changed", "room.closed"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"slug": "Café !"}, "Cette adresse ne convient pas"),
        ({"name": ""}, "Donnez un nom"),
        ({"name": "Salon des imbéciles"}, "pas accepté par les règles"),
        ({"topic": "un imbécile de plus"}, "pas accepté par les règles"),
    ],
)
async def test_what_will_not_do_is_said(house: Any, csrf: Any, given: dict[str, str], said: str) -> None:
    """Titles are judged like messages; the form keeps what was typed."""
    paul = await house.signed_in("paul")
    page = await paul.post("/console/rooms", data={**NEW, **given, "csrf": await csrf(paul)})
    assert page.status_code == 400
    assert said in page.text
    assert house.rooms.listing() == []


async def test_the_page_says_why_rooms_are_shut(house: Any) -> None:
    """The operator reads what is missing and where to write it."""
    house.rooms.shut_reason = "operator.phone"
    page = (await (await house.signed_in("paul")).get("/console/rooms")).text
    assert "operator.phone" in page
    assert "veillee check" in page


async def test_an_unknown_room_is_not_found(house: Any, csrf: Any) -> None:
    """Closing what is not there is an error with a name."""
    paul = await house.signed_in("paul")
    answer = await paul.post("/console/rooms/close", data={"slug": "rien", "csrf": await csrf(paul)})
    assert answer.status_code == 404
