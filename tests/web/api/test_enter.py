"""Coming in with a pseudonym, coming back with four words, and going again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.pages.house import browser, open_house
from veillee.wiring.house import House


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[House]:
    """An empty house."""
    async with open_house(tmp_path) as opened:
        yield opened


async def enter(http: httpx.AsyncClient, **given: Any) -> httpx.Response:
    """Enter as an adult who accepts the rules, unless `given` says otherwise."""
    return await http.post("/api/v1/enter", json={"nick": "Lune42", "rules": True, "age": 30} | given)


async def test_one_field_and_one_checkbox_are_enough(place: House) -> None:
    """201 with the guest's face, a token, four words shown once; the cookie is out of reach of scripts."""
    async with browser(place) as http:
        answer = await http.post("/api/v1/enter", json={"nick": "Lune42", "rules": True})
    entered = answer.json()
    assert answer.status_code == 201
    assert entered["nick"] == "Lune42"
    assert len(entered["phrase"].split()) == 4
    assert {"guest", "tok"} <= entered.keys()
    assert answer.headers["cache-control"] == "no-store"
    assert all("HttpOnly" in cookie for cookie in answer.headers.get_list("set-cookie"))
    assert "protected" not in entered


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"rules": False}, 400, "rules_needed"), ({"nick": "x"}, 400, "nick_invalid"),
        ({"nick": ""}, 400, "nick_invalid"),
        ({"nick": "x" * 10_000}, 400, "nick_invalid"), ({"nick": 7}, 400, "bad_request"),
        ({"age": "30"}, 400, "bad_request"),
        ({"age": -1}, 400, "bad_request"), ({"nick": "Modérateur"}, 403, "nick_reserved"),
        ({"nick": "x" * 20_001}, 400, "bad_request"),
    ],
    ids=["no rules", "one letter", "empty", "10,000 letters", "number", "age in words", "negative", "staff", "too big"],
)  # fmt: skip
async def test_who_does_not_come_in_learns_why(place: House, given: dict[str, Any], status: int, code: str) -> None:
    """Each refusal by name, in the one shape; nobody is let in and no cookie is set."""
    async with browser(place) as http:
        answer = await enter(http, **given)
    assert (answer.status_code, answer.json()["err"]["c"]) == (status, code)
    assert "set-cookie" not in answer.headers


async def test_a_name_somebody_wears_is_taken_look_alikes_too(place: House) -> None:
    """Also with other letters that look the same; the refusal suggests another."""
    async with browser(place) as first, browser(place) as second:
        assert (await enter(first)).status_code == 201
        for look_alike in ("Lune42", "lune42", "Lun\u043542"):
            answer = await enter(second, nick=look_alike)
            assert answer.status_code in {400, 409}
            assert answer.json()["err"]["c"] in {"nick_taken", "nick_invalid"}


async def test_four_words_reopen_a_pseudonym_elsewhere(place: House) -> None:
    """On another device, with another token; wrong words open nothing; the rules are accepted there too."""
    async with browser(place) as first, browser(place) as second:
        entered = (await enter(first)).json()
        unwilling = await second.post("/api/v1/enter", json={"phrase": entered["phrase"]})
        assert unwilling.json()["err"]["c"] == "rules_needed"
        answer = await second.post("/api/v1/enter", json={"phrase": entered["phrase"].upper(), "rules": True})
        again = answer.json()
        assert (answer.status_code, again["nick"]) == (201, "Lune42")
        assert again["tok"] != entered["tok"]
        wrong = await second.post("/api/v1/enter", json={"phrase": "un deux trois quatre", "rules": True})
        assert 400 <= wrong.status_code < 500


async def test_whoever_is_young_is_protected_and_told_whom_to_call(place: House) -> None:
    """A declared age under eighteen: `protected`, with helplines, and no word of it to others."""
    async with browser(place) as http:
        entered = (await enter(http, nick="Corbeau", age=15)).json()
    assert entered["protected"] is True
    assert entered["helplines"]
    assert {"number", "name", "hours"} <= entered["helplines"][0].keys()


async def test_leaving_ends_the_session(place: House) -> None:
    """204 and the cookie goes; leaving twice, or without having entered, is `unauthenticated`."""
    async with browser(place) as http:
        await enter(http)
        assert (await http.post("/api/v1/leave")).status_code == 204
        again = await http.post("/api/v1/leave")
    assert (again.status_code, again.json()["err"]["c"]) == (401, "unauthenticated")
