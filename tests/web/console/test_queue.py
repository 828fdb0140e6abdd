"""The queue page: what presses first, filters that are kept, taking a case."""

from __future__ import annotations

from typing import Any

import pytest

from veillee.model.clock import HOUR
from veillee.store import audit
from veillee.web.console.queue import Filters


async def reported(watch: Any, text: str, reason: str) -> str:
    """A reported message of Ombre; its case's number."""
    await watch.report("Lune", await watch.say("Ombre", text), reason)
    return next(
        str(each.case.number) for each in await watch.moderation.queue.view() if each.excerpt and text in each.excerpt
    )


async def test_what_presses_comes_first_in_words_and_shape(watch: Any) -> None:
    """Severity is a word beside an icon; clocks, room, reason, author and device age are on the row."""
    mild = await reported(watch, "des bons plans par ici", "scam")
    grave = await reported(watch, "un texte grave", "danger")
    watch.told.now += HOUR
    page = (await (await watch.signed_in("nadia")).get("/console/")).text
    assert page.index(grave) < page.index(mild)
    for said in (
        "Urgent",
        "À traiter",
        "en retard de",
        "Le café",
        "arnaque ou spam",
        "Ombre",
        "appareil connu depuis",
        "2 dossiers",
    ):
        assert said in page
    assert page.index('<details class="veil">') < page.index("un texte grave")


async def test_an_empty_queue_is_calm(watch: Any) -> None:
    """Nothing to handle is said as such."""
    assert "Rien à traiter." in (await (await watch.signed_in("nadia")).get("/console/")).text


async def test_filters_hide_and_are_kept(watch: Any) -> None:
    """A filter stays for the next visit, says how many it hides, and can be undone."""
    mild = await reported(watch, "des bons plans par ici", "scam")
    grave = await reported(watch, "un texte grave", "danger")
    nadia = await watch.signed_in("nadia")
    page = (await nadia.get("/console/?danger=3")).text
    assert grave in page
    assert mild not in page
    assert "1 dossier masqué" in page
    assert mild not in (await nadia.get("/console/")).text
    assert mild in (await nadia.get("/console/?all=1")).text
    assert mild in (await nadia.get("/console/")).text
    assert grave not in (await nadia.get("/console/?reason=scam&room=cafe&state=new")).text


async def test_taking_and_putting_back(watch: Any, csrf: Any) -> None:
    """Whoever takes a case is named; a second taker is told; putting back frees it."""
    number = await reported(watch, "une phrase de trop", "harassment")
    nadia, ines = await watch.signed_in("nadia"), await watch.signed_in("ines")
    taken = {"csrf": await csrf(nadia), "version": "1"}
    answer = await nadia.post(f"/console/cases/{number}/claim", data=taken)
    assert answer.headers["location"] == f"/console/cases/{number}"
    assert "pris par Nadia" in (await ines.get("/console/")).text
    second = await ines.post(f"/console/cases/{number}/claim", data={"csrf": await csrf(ines), "version": "2"})
    assert second.headers["location"].endswith("?conflict=1")
    assert number in (await nadia.get("/console/?state=mine")).text
    await nadia.post(f"/console/cases/{number}/release", data={**taken, "version": "2"})
    assert "pris par" not in (await ines.get("/console/?all=1")).text
    late = await nadia.post(f"/console/cases/{number}/release", data={**taken, "version": "2"})
    assert late.status_code == 303
    assert (await nadia.post(f"/console/cases/{number}/claim", data={**taken, "version": "x"})).status_code == 400


async def test_the_pulse_speaks_only_when_something_changed(watch: Any) -> None:
    """The list never changes under a reader's eyes: a line says that there is something new."""
    nadia = await watch.signed_in("nadia")
    mark = (await nadia.get("/console/")).text.split("pulse?mark=")[1].split('"')[0]
    assert (await nadia.get(f"/console/pulse?mark={mark}")).text.strip() == ""
    await reported(watch, "encore une", "other")
    assert "La liste a changé" in (await nadia.get(f"/console/pulse?mark={mark}")).text


async def test_a_break_is_suggested(watch: Any) -> None:
    """After twenty-five decisions in three hours, the page says so, kindly."""
    staff = watch.enrolled["nadia"].staff
    for number in range(25):
        await watch.whole.community.store.write(audit.append, staff.id, "case.decided", str(number), {}, watch.told.now)
    assert "Faites une pause" in (await (await watch.signed_in("nadia")).get("/console/")).text


@pytest.mark.parametrize("nonsense", ["danger=9", "reason=unknown", "state=x", "danger=%00", "a=b&c"])
def test_a_filter_that_is_none_is_dropped(nonsense: str) -> None:
    """A cookie that somebody wrote by hand hides nothing."""
    given = dict(part.split("=") for part in nonsense.split("&") if "=" in part)
    assert Filters.of(given).query() == ""
