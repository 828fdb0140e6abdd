"""The staff page."""

from __future__ import annotations

from typing import Any

import pytest

NEW = {"login": "ines", "pseudonym": "Inès", "role": "moderator", "password": "encore une longue phrase"}


async def test_an_operator_adds_somebody_and_sees_the_code_once(house: Any, csrf: Any) -> None:
    """The QR code and the secret are on the answer, and never on a page again."""
    paul = await house.signed_in("paul")
    page = await paul.post("/console/staff", data={**NEW, "csrf": await csrf(paul)})
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "Compte de Inès ouvert" in page.text
    again = await paul.get("/console/staff")
    assert "Inès" in again.text
    assert 'class="qr"' not in again.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"login": "x"}, "Cet identifiant ne convient pas"),
        ({"pseudonym": "I"}, "Ce pseudo public ne convient pas"),
        ({"password": "court"}, "trop courte"),
        ({"login": "nadia"}, "déjà pris"),
    ],
)
async def test_what_will_not_do_is_said(house: Any, csrf: Any, given: dict[str, str], said: str) -> None:
    """The form comes back with what was typed, except the passphrase, and one sentence."""
    paul = await house.signed_in("paul")
    page = await paul.post("/console/staff", data={**NEW, **given, "csrf": await csrf(paul)})
    assert page.status_code == 400
    assert said in page.text
    assert NEW["password"] not in page.text


async def test_closing_an_account_ends_its_session(house: Any, csrf: Any) -> None:
    """Nadia is out at once; Paul cannot close his own account."""
    paul, nadia = await house.signed_in("paul"), await house.signed_in("nadia")
    given = {"csrf": await csrf(paul)}
    assert (await paul.post("/console/staff/disable", data={"login": "nadia", **given})).status_code == 303
    assert (await nadia.get("/console/audit")).status_code == 303
    assert "fermé le" in (await paul.get("/console/staff")).text
    assert (await paul.post("/console/staff/disable", data={"login": "paul", **given})).status_code == 403
