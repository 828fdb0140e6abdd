"""`POST /api/v1/notices`: without an account, complete or refused by field, and not in floods."""

from __future__ import annotations

from typing import Any

import pytest

from tests.moderation.house import House
from tests.web.api.casework import client
from veillee.model.casefile import Reason
from veillee.model.errors import Code, Refused
from veillee.web.api.notices import reason_of

NOTICE: dict[str, Any] = {
    "explanation": "Appel à la haine.", "locations": ["/s/cafe"], "category": "hate", "bona_fide": True,
    "name": "Ana Dupont", "email": "ana@exemple.org",
}  # fmt: skip


async def test_anybody_can_notify(house: House) -> None:
    """LAW.md §8.3 test 1 (DSA art. 16): no account, a receipt at once, and the outcome under it."""
    async with client(house) as calling:
        answer = await calling.post("/api/v1/notices", json=NOTICE)
        assert answer.status_code == 201
        followed = (await calling.get(f"/api/v1/cases/{answer.json()['code']}")).json()
    assert (followed["role"], followed["state"], followed["outcome"]) == ("notifier", "open", None)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"category": "minor", "name": None, "email": None}, 201),
        ({"category": "minor_safety", "name": None, "email": None}, 201),
        ({"anonymous": True, "name": None, "email": None}, 201),
        ({"name": None}, 400),
        ({"email": None}, 400),
        ({"email": "nobody"}, 400),
        ({"bona_fide": False}, 400),
        ({"category": "minor", "bona_fide": False}, 400),
        ({"bona_fide": "yes"}, 400),
        ({"explanation": ""}, 400),
        ({"explanation": "x" * 5_001}, 400),
        ({"locations": []}, 400),
        ({"locations": ["x"] * 51}, 400),
        ({"locations": ["x"] * 50}, 201),
        ({"category": "boredom"}, 400),
    ],
)
async def test_what_a_notice_needs(house: House, change: dict[str, Any], status: int) -> None:
    """LAW.md §8.3 test 2 (DSA art. 16(2)): names are optional for minors and on request, good faith never is."""
    async with client(house) as calling:
        answer = await calling.post("/api/v1/notices", json=NOTICE | change)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["err"]["c"] == "bad_request"


async def test_a_flood_is_slowed_down(house: House) -> None:
    """429 with the seconds to wait, for one address; another is not concerned."""
    async with client(house, address="192.0.2.7") as calling:
        answers = [await calling.post("/api/v1/notices", json=NOTICE) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert answers[-1].json()["err"]["retry"] > 0
    assert "retry-after" in answers[-1].headers


def test_categories_become_reasons() -> None:
    """A notice may use the words of a report or of a verdict."""
    assert reason_of("danger") is Reason.DANGER
    assert reason_of("ambush") is Reason.DANGER
    with pytest.raises(Refused) as refused:
        reason_of("")
    assert refused.value.code is Code.BAD_REQUEST
