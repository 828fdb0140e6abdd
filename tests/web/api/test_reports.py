"""`POST /api/v1/reports`: from a guest, with a receipt, and with somebody to call where it matters."""

from __future__ import annotations

from typing import Any

import pytest

from tests.moderation.house import House
from tests.web.api.casework import HELPLINE, client


async def test_a_guest_gets_a_receipt(house: House) -> None:
    """201 with the code; helplines come with danger and minors."""
    author, reporter = await house.guest("Corbeau"), await house.guest("Lune42")
    message = await house.say(author, "bonsoir")
    body = {"target": {"r": "cafe", "id": message.id}, "reason": "minor", "note": "au secours"}
    async with client(house, reporter) as calling:
        answer = await calling.post("/api/v1/reports", json=body)
        assert answer.status_code == 201
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["helplines"] == [HELPLINE]
        followed = await calling.get(f"/api/v1/cases/{answer.json()['code']}")
    assert followed.json()["reason"] == "minor"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "bad_request"),
        ({"target": {}, "reason": "hate"}, 400, "bad_request"),
        ({"target": {"r": "cafe"}, "reason": "boredom"}, 400, "bad_request"),
        ({"target": {"r": "cafe"}, "reason": 3}, 400, "bad_request"),
        ({"target": {"r": "cafe", "id": "01NONE"}, "reason": "hate"}, 404, "not_found"),
        ({"target": {"r": "cafe"}, "reason": "hate", "note": "x" * 501}, 400, "too_long"),
    ],
)
async def test_what_is_wrong_has_a_name(house: House, body: dict[str, Any], status: int, code: str) -> None:
    """PROTOCOL.md §2: 400 `bad_request` and never 422; one error shape."""
    async with client(house, await house.guest("Lune42")) as calling:
        answer = await calling.post("/api/v1/reports", json=body)
    assert (answer.status_code, answer.json()["err"]["c"]) == (status, code)


async def test_nobody_is_asked_to_enter_first(house: House) -> None:
    """Without a session: 401; whoever has none uses the notice form."""
    async with client(house) as calling:
        answer = await calling.post("/api/v1/reports", json={"target": {"r": "cafe"}, "reason": "hate"})
    assert answer.status_code == 401
