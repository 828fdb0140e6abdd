"""`GET /api/v1/cases/{code}` and its appeal."""

from __future__ import annotations

import pytest

from tests.moderation.house import House
from tests.web.api.casework import client
from veillee.model.casefile import Measure


async def test_a_notifier_follows_and_contests(house: House) -> None:
    """DSA arts. 16(5) and 20: outcome and redress by code; contesting twice is a conflict, worded for a person."""
    *_, code = await house.reported()
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    async with client(house) as calling:
        early = await calling.post(f"/api/v1/cases/{code}/appeal", json={"note": "Alors ?"})
        await house.decisions.decide(case.number, case.version, house.ruling(Measure.NO_ACTION), nadia)
        decided = (await calling.get(f"/api/v1/cases/{code}")).json()
        lodged = await calling.post(f"/api/v1/cases/{code}/appeal", json={"note": "Regardez encore."})
        after = (await calling.get(f"/api/v1/cases/{code}")).json()
        again = await calling.post(f"/api/v1/cases/{code}/appeal", json={"note": "Encore."})
    assert (early.status_code, again.status_code) == (409, 409)
    assert "six mois" in again.json()["err"]["m"]
    assert (decided["case"], decided["outcome"], decided["contestable"]) == (case.number, "no_action", True)
    assert (lodged.status_code, lodged.json()) == (201, {"code": code})
    assert (after["state"], after["contestable"], after["appeals"][0]["state"]) == ("appealed", False, "pending")
    assert decided["cases"] == [
        {"case": case.number, "state": "decided", "outcome": "no_action", "decided_at": house.clock()}
    ]


@pytest.mark.parametrize("code", ["x", "7F3K-21AB", "0000-0000-0000-0000-00000-00000", "%00", "é" * 26, "0" * 500])
async def test_other_codes_are_not_found(house: House, code: str) -> None:
    """PROTOCOL.md §2: unknown or malformed codes answer 404, for reading and for contesting."""
    async with client(house) as calling:
        read = await calling.get(f"/api/v1/cases/{code}", headers={"accept-language": "en"})
        appeal = await calling.post(f"/api/v1/cases/{code}/appeal", json={"note": "No."})
    assert (read.status_code, appeal.status_code) == (404, 404)
    assert read.json()["err"]["m"].startswith("This code opens no case")


@pytest.mark.parametrize(("note", "error"), [("  ", "empty"), ("x" * 2_001, "too_long"), (None, "bad_request")])
async def test_an_appeal_says_something(house: House, note: str | None, error: str) -> None:
    """An empty, endless or absent note is refused by name."""
    *_, code = await house.reported()
    async with client(house) as calling:
        answer = await calling.post(f"/api/v1/cases/{code}/appeal", json={"note": note})
    assert (answer.status_code, answer.json()["err"]["c"]) == (400, error)
