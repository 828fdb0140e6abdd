"""The console's door, through the HTTP door."""

from __future__ import annotations

from typing import Any

import pytest

PASSWORD = "une veillée au coin du feu"


async def test_whoever_is_not_signed_in_is_sent_to_the_login_and_back(house: Any) -> None:
    """PROTOCOL §2: `/console/` leads to the login, and the login to where one wanted to go."""
    browser = house.browser()
    answer = await browser.get("/console/audit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/login?next=/console/audit")
    page = await browser.get(answer.headers["location"])
    assert 'name="next" value="/console/audit"' in page.text
    given = {"login": "nadia", "password": PASSWORD, "code": house.code("nadia"), "next": "/console/audit"}
    answer = await browser.post("/console/login", data=given)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/audit")
    assert (await browser.get("/console/audit")).status_code == 200


async def test_the_cookie_is_for_the_console_and_for_nobody_else(house: Any) -> None:
    """HttpOnly, SameSite=Strict, below /console only."""
    given = {"login": "nadia", "password": PASSWORD, "code": house.code("nadia")}
    cookie = (await house.browser().post("/console/login", data=given)).headers["set-cookie"]
    assert {"HttpOnly", "Path=/console", "SameSite=strict"} <= set(cookie.split("; "))


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "/console/../", "/s/accueil"])
async def test_a_login_sends_nobody_elsewhere(house: Any, wanted: str) -> None:
    """An open redirect would lend our name to a trap."""
    given = {"login": "nadia", "password": PASSWORD, "code": house.code("nadia"), "next": wanted}
    answer = await house.browser().post("/console/login", data=given)
    assert answer.headers["location"].startswith("/console/")


async def test_a_refused_login_says_one_thing(house: Any) -> None:
    """The page keeps the login typed, and says that one of the three is not right."""
    given = {"login": "<nadia>", "password": "faux", "code": "123456"}
    answer = await house.browser().post("/console/login", data=given)
    assert answer.status_code == 401
    assert "l’un des trois ne convient pas" in answer.text
    assert "&lt;nadia&gt;" in answer.text


async def test_too_many_attempts_wait(house: Any) -> None:
    """After five failures the page says how long to wait."""
    browser = house.browser()
    given = {"login": "nadia", "password": "faux", "code": "123456"}
    for _ in range(5):
        await browser.post("/console/login", data=given)
    answer = await browser.post("/console/login", data=given)
    assert answer.status_code == 429
    assert "Trop d’essais" in answer.text


async def test_a_post_without_the_form_token_is_refused(house: Any, csrf: Any) -> None:
    """CSRF: the session's cookie alone changes nothing, nor does somebody else's token."""
    nadia, paul = await house.signed_in("nadia"), await house.signed_in("paul")
    for given in ({}, {"csrf": "0" * 64}, {"csrf": await csrf(paul)}):
        assert (await nadia.post("/console/duty", data={"hours": "2", **given})).status_code == 403
    assert not house.duty.attended()


async def test_a_foreign_origin_is_refused(house: Any, csrf: Any) -> None:
    """A form on somebody else's page cannot post here, token or not."""
    nadia = await house.signed_in("nadia")
    given = {"hours": "2", "csrf": await csrf(nadia)}
    answer = await nadia.post("/console/duty", data=given, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403


async def test_going_on_duty_and_off(house: Any, csrf: Any) -> None:
    """The rooms are attended from the button on, and the page says until when."""
    nadia = await house.signed_in("nadia")
    given = {"csrf": await csrf(nadia), "next": "/console/audit"}
    answer = await nadia.post("/console/duty", data={"hours": "2", **given})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/audit")
    assert [each.pseudonym for each in house.duty.watching()] == ["Nadia"]
    assert "Vous veillez jusqu’à" in (await nadia.get("/console/audit")).text
    await nadia.post("/console/duty", data={"hours": "0", **given})
    assert not house.duty.attended()
    assert (await nadia.post("/console/duty", data={"hours": "99", **given})).status_code == 400
    assert (await nadia.post("/console/duty", data={"hours": "x", **given})).status_code == 400


async def test_signing_out_forgets_the_session(house: Any, csrf: Any) -> None:
    """The old cookie opens nothing afterwards."""
    nadia = await house.signed_in("nadia")
    cookie = dict(nadia.cookies)
    await nadia.post("/console/logout", data={"csrf": await csrf(nadia)})
    again = house.browser()
    answer = await again.get("/console/audit", headers={"cookie": f"veillee_staff={cookie['veillee_staff']}"})
    assert answer.status_code == 303


async def test_a_moderator_is_no_operator(house: Any) -> None:
    """Staff and rooms are for operators."""
    nadia = await house.signed_in("nadia")
    assert (await nadia.get("/console/staff")).status_code == 403
    assert (await nadia.get("/console/rooms")).status_code == 403
    assert "/console/staff" not in (await nadia.get("/console/audit")).text


async def test_somebody_signed_in_does_not_see_the_login_again(house: Any) -> None:
    """The login leads on; a part of a page asked for without session makes the whole page go to the login."""
    nadia = await house.signed_in("nadia")
    assert (await nadia.get("/console/login")).headers["location"] == "/console/"
    part = await house.browser().get("/console/audit", headers={"hx-request": "true"})
    assert part.headers["hx-redirect"] == "/console/login"
    assert (await nadia.get("/console")).headers["location"] == "/console/"
