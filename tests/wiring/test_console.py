"""The console as it is wired: every page stands behind the door, and operators' pages behind the operator's."""

from __future__ import annotations

import secrets
from pathlib import Path

import httpx
import pytest

from veillee.accountability.accounts import code_at
from veillee.chat.guests import Entry
from veillee.model.errors import Code, Refused
from veillee.model.staff import Role
from veillee.settings import Instance, Settings, Storing
from veillee.wiring.community import wall_clock
from veillee.wiring.house import build_house

URL = "https://f.example"
FOR_ALL = ["/console/", "/console/pulse", "/console/appeals", "/console/audit", "/console/cases/new"]
FOR_OPERATORS = ["/console/dashboard", "/console/rooms", "/console/staff"]


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.OPERATOR])
async def test_every_page_stands_behind_its_door(tmp_path: Path, role: Role | None) -> None:
    """Nobody reads a page without a session; a moderator reads none of the operator's; over https the cookie is
    marked for it."""
    house = await build_house(Settings(tmp_path, Instance("Foyer", URL), store=Storing(":memory:")))
    transport = httpx.ASGITransport(house.app)
    headers = {"origin": URL, "accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url=URL, headers=headers) as browser:
        if role is not None:
            password = secrets.token_hex(12)
            enrolled = await house.accounts.add("nadia", "Nadia", role, password, by="test")
            code = code_at(enrolled.totp_secret, wall_clock())
            given = {"login": "nadia", "password": password, "code": code}
            answer = await browser.post("/console/login", data=given)
            assert "Secure" in answer.headers["set-cookie"].split("; ")
        signed_in = 303 if role is None else 200
        got = {path: (await browser.get(path)).status_code for path in FOR_ALL}
        assert got == dict.fromkeys(FOR_ALL, signed_in)
        operator = {None: 303, Role.MODERATOR: 403, Role.OPERATOR: 200}[role]
        got = {path: (await browser.get(path)).status_code for path in FOR_OPERATORS}
        assert got == dict.fromkeys(FOR_OPERATORS, operator)
    await house.live.door.dispatch.finish()
    await house.community.store.close()


async def test_a_new_pseudonym_of_staff_is_reserved_at_once(tmp_path: Path) -> None:
    """No guest can take the name of somebody whom an operator has just added."""
    house = await build_house(Settings(tmp_path, Instance("Foyer", URL), store=Storing(":memory:")))
    password = secrets.token_hex(12)
    enrolled = await house.accounts.add("paul", "Paul", Role.OPERATOR, password, by="test")
    session = await house.accounts.sign_in("paul", password, code_at(enrolled.totp_secret, wall_clock()), "here")
    cookies = {"veillee_staff": session.token}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url=URL, cookies=cookies) as browser:
        given = {"login": "ines", "pseudonym": "Inès", "password": "encore une longue phrase", "csrf": session.csrf}
        assert (await browser.post("/console/staff", data=given)).status_code == 200
    with pytest.raises(Refused) as refused:
        await house.community.guests.enter(Entry("Inès", True, "x" * 24))
    assert refused.value.code is Code.NICK_RESERVED
    await house.live.door.dispatch.finish()
    await house.community.store.close()
