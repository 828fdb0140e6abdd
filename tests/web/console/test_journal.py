"""The audit page."""

from __future__ import annotations

from typing import Any

from veillee.store import audit


async def test_the_latest_act_comes_first_by_pseudonym(house: Any) -> None:
    """Who signed in is named by pseudonym; the command line is named as such."""
    page = (await (await house.signed_in("nadia")).get("/console/audit")).text
    assert page.index("staff.signed_in") < page.index("staff.added")
    assert "Nadia" in page
    assert "ligne de commande" in page


async def test_the_journal_has_pages_and_subjects(house: Any) -> None:
    """Fifty lines, a link to the older ones, and one subject alone where asked."""
    for number in range(60):
        await house.store.write(audit.append, "system", "thing.done", f"T{number:02d}", {}, number)
    nadia = await house.signed_in("nadia")
    first = (await nadia.get("/console/audit")).text
    assert "Plus ancien" in first
    assert ">T59<" in first
    assert ">T05<" not in first
    before = first.split("before=")[1].split('"')[0]
    assert ">T05<" in (await nadia.get(f"/console/audit?before={before}")).text
    only = (await nadia.get("/console/audit?subject=T05")).text
    assert only.count("thing.done") == 1
    assert (await nadia.get("/console/audit?before=nonsense")).status_code == 200
