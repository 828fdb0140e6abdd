"""`GET /api/v1/statements/{code}` and its appeal."""

from __future__ import annotations

import pytest

from tests.moderation.house import House
from tests.web.api.casework import client
from veillee.model.casefile import Measure
from veillee.model.errors import Refused
from veillee.model.verdict import Action, Category, Verdict


async def test_a_blocked_author_reads_why_and_contests(house: House) -> None:
    """LAW.md §8.3 test 6 (DSA arts. 17 and 20): with the code alone, no account and no cookie."""
    author = await house.guest("Corbeau")
    house.engine.verdicts["refusé"] = Verdict(Action.BLOCK, (Category.HATE,), ("fr.hate.slur@3",))
    with pytest.raises(Refused) as blocked:
        await house.say(author, "refusé")
    code = blocked.value.secret
    async with client(house) as calling:
        answer = await calling.get(f"/api/v1/statements/{code}")
        lodged = await calling.post(f"/api/v1/statements/{code}/appeal", json={"note": "Je citais."})
        after = (await calling.get(f"/api/v1/statements/{code}")).json()
    body = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (body["measure"], body["automated_decision"], body["automated_detection"]) == ("block", True, True)
    assert (body["rule"], body["rule_number"], body["text"], body["case"]) == (
        "respect@1",
        1,
        "refusé",
        blocked.value.case,
    )
    assert lodged.json() == {"code": code}
    assert (after["contestable"], after["appeals"][0]["note"]) == (False, "Je citais.")


async def test_a_decision_by_a_person_shows_end_and_ground(house: House) -> None:
    """Measure, end, rule, facts and explanation; the moderator's name is nowhere."""
    await house.reported()
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    ruling = house.ruling(Measure.MUTE, hours=2)
    done = await house.decisions.decide(case.number, case.version, ruling, nadia)
    assert done.statement is not None
    async with client(house) as calling:
        answer = await calling.get(f"/api/v1/statements/{house.desk.code(done.statement)}")
    body = answer.json()
    assert (body["measure"], body["ends_at"], body["ground"]) == ("mute", ruling.ends_at, "terms")
    assert body["facts"] == ruling.facts
    assert "Respecter les personnes" in body["explanation"]
    assert "Nadia" not in answer.text
    assert nadia.id not in answer.text


async def test_a_receipt_opens_no_statement(house: House) -> None:
    """404 for a code of another kind, as for none."""
    *_, receipt = await house.reported()
    async with client(house) as calling:
        assert (await calling.get(f"/api/v1/statements/{receipt}")).status_code == 404
        assert (await calling.get("/api/v1/statements/nothing")).status_code == 404
