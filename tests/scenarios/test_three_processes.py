"""Gateway, web and worker apart: three houses over one PostgreSQL and one Valkey, each with one role."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp

from tests.live import Live, living
from veillee.model.staff import Role as StaffRole
from veillee.wiring.roles import Role

PASSWORD = "une longue phrase"
RULING = {
    "measure": "service_ban",
    "span": "24h",
    "ground": "terms",
    "rule": "respect",
    "facts": "Ce message insulte quelqu’un.",
}


async def signed_in(web: Live, login: str) -> None:
    """A member of staff signs in by the console; the house's browser is theirs from now on."""
    made = await web.house.accounts.add(login, login.capitalize(), StaffRole.MODERATOR, PASSWORD, by="cli")
    code = pyotp.TOTP(made.totp_secret).at(web.clock() // 1000)
    answer = await web.http.post("/console/login", data={"login": login, "password": PASSWORD, "code": code})
    assert answer.status_code == 303, answer.text


def hidden(page: str, name: str) -> str:
    """What a page's form carries under a name."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


async def test_from_a_report_on_a_gateway_to_the_end_of_a_connection(tmp_path: Path) -> None:
    """DSA arts. 16 and 17: said on a gateway, reported there by somebody else, decided on the web process, carried out
    by the worker; the gateway tells whoever is suspended, with the code to contest it, and lets them go."""
    async with (
        living(tmp_path, "scaled", roles=frozenset({Role.WEB})) as web,
        living(tmp_path, "scaled", roles=frozenset({Role.WORKER})),
        living(tmp_path, "scaled", roles=frozenset({Role.GATEWAY})) as gateway,
    ):
        people = []
        for nick in ("Lune42", "Braise7"):
            token = await web.enter(nick)
            people.append(await gateway.client(token, None, "accueil"))
            people[-1].token = token
        lune, braise = people
        said = await lune.post("retourne donc parler à ton frigo, laisse les grands")
        await braise.durable(upto=1)
        report = await braise.ok("report", target={"r": "accueil", "id": said["id"]}, reason="harassment")

        [waiting] = await web.house.moderation.queue.view()
        where = f"/console/cases/{waiting.case.number}"
        await signed_in(web, "nadia")
        page = (await web.http.get(where)).text
        form = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version"), **RULING}
        answer = await web.http.post(f"{where}/decide", data=form)
        assert answer.status_code == 303, answer.text

        told = (await braise.event("case"))["d"]
        assert (told["code"], told["outcome"]) == (report["code"], "action")
        bye = (await lune.event("bye"))["d"]
        assert bye["c"] == "suspended"
        assert await lune.closed() == 4403
        refused = await (await gateway.connect()).err("hello", v=1, tok=lune.token)
        assert refused["c"] == "suspended"
        await braise.post("Merci")
