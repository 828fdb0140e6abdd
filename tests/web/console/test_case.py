"""The case page: evidence, decision, statement."""

from __future__ import annotations

import re
from typing import Any

import pytest

from veillee.model.casefile import CaseState, Measure
from veillee.model.clock import DAY

INSULT = "retourne donc parler à ton frigo, laisse les grands"
RULING = {
    "measure": "mute",
    "span": "24h",
    "ground": "terms",
    "rule": "respect",
    "facts": "Ce message insulte quelqu’un.",
}


async def opened(watch: Any, text: str = INSULT, reason: str = "harassment") -> str:
    """A case about a message of Ombre, reported by Lune; its number."""
    for line in ("Bonsoir", "Ça va ?"):
        await watch.say("Lune", line)
    message = await watch.say("Ombre", text)
    await watch.say("Lune", "Oh.")
    await watch.report("Lune", message, reason, "Il recommence chaque soir.")
    (waiting,) = await watch.moderation.queue.view()
    return str(waiting.case.number)


async def posted(watch: Any, csrf: Any, number: str, verb: str, login: str = "nadia", **given: str) -> Any:
    """Post the panel with the version that the page shows."""
    browser = await watch.signed_in(login)
    page = (await browser.get(f"/console/cases/{number}")).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None, page
    data = {"csrf": await csrf(browser), "version": version[1], **given}
    return await browser.post(f"/console/cases/{number}/{verb}", data=data)


async def test_the_page_shows_what_was_said_around_it(watch: Any) -> None:
    """The message in question is marked among its neighbours; the report's note and the digest are there."""
    number = await opened(watch)
    nadia = await watch.signed_in("nadia")
    page = await nadia.get(f"/console/cases/{number}")
    assert page.status_code == 200
    for said in ("Bonsoir", "Oh.", INSULT, "Il recommence chaque soir.", "empreinte", "intact"):
        assert said in page.text
    assert page.text.count('class="line line-target"') == 1
    assert "case.viewed" in (await nadia.get(f"/console/audit?subject={number}")).text


async def test_sexual_or_violent_text_is_behind_a_button(watch: Any) -> None:
    """Nobody has to read it unasked (PRODUCT.md §4.6)."""
    number = await opened(watch, "un texte que je préfère ne pas lire", "sexual")
    page = (await (await watch.signed_in("nadia")).get(f"/console/cases/{number}")).text
    assert page.index('<details class="veil">') < page.index("un texte que je préfère ne pas lire")


async def test_a_report_becomes_a_decision(watch: Any, csrf: Any) -> None:
    """The decision stands with ground, rule and end; the person is muted and has a statement."""
    number = await opened(watch)
    answer = await posted(watch, csrf, number, "decide", remove="yes", **RULING)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/?done={number}")
    file = await watch.moderation.cases.get(number)
    (decision,) = file.decisions
    assert (decision.measure, decision.removes, decision.rule) == (Measure.MUTE, True, "respect@1")
    assert decision.ends_at == decision.at + DAY
    assert file.case.state is CaseState.DECIDED
    assert len(file.statements) == 1
    await watch.settle()
    assert [
        each.kind.value for each in watch.whole.community.sanctions.active(watch.guests["Ombre"].device, "cafe")
    ] == ["mute"]
    page = (await (await watch.signed_in("nadia")).get(f"/console/cases/{number}")).text
    assert "Appliquée" in page
    assert "panel-form" not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"measure": ""}, "Choisissez une mesure"),
        ({"facts": " "}, "Écrivez les faits"),
        ({"rule": ""}, "Choisissez la règle"),
        ({"rule": "unknown"}, "Choisissez la règle"),
        ({"span": ""}, "Choisissez une durée"),
        ({"ground": "illegal", "law": ""}, "Indiquez l’article"),
        ({"ground": ""}, "contraire à nos règles ou à la loi"),
        ({"version": "x"}, "trop ancienne"),
    ],
)
async def test_what_a_decision_lacks_is_said(watch: Any, csrf: Any, given: dict[str, str], said: str) -> None:
    """LAW.md §8.3, 4: no measure without ground, facts and rule; what was typed is kept."""
    number = await opened(watch)
    answer = await posted(watch, csrf, number, "decide", **{**RULING, **given})
    assert answer.status_code == 400
    assert said in answer.text
    assert (await watch.moderation.cases.get(number)).case.state is CaseState.OPEN
    if given.get("facts") is None:
        assert "Ce message insulte quelqu’un." in answer.text


async def test_a_version_that_moved_on_decides_nothing(watch: Any, csrf: Any) -> None:
    """Of two people who decide the same case, the second is told, and nothing is written twice."""
    number = await opened(watch)
    assert (await posted(watch, csrf, number, "decide", measure="no_action")).status_code == 303
    nadia = await watch.signed_in("nadia")
    late = await nadia.post(
        f"/console/cases/{number}/decide", data={"csrf": await csrf(nadia), "version": "1", "measure": "no_action"}
    )
    assert late.status_code == 409
    assert "Quelqu’un d’autre a agi" in late.text
    assert len((await watch.moderation.cases.get(number)).decisions) == 1


async def test_the_statement_can_be_read_before_it_is_sent(watch: Any, csrf: Any) -> None:
    """The preview says what, until when, which rule and why, and writes nothing; htmx gets the part alone."""
    number = await opened(watch)
    whole = await posted(watch, csrf, number, "preview", **RULING)
    assert whole.status_code == 200
    for said in ("Ce que lira Ombre", "Vous ne pouvez plus écrire dans ce salon", "Règle 1", "Respecter les personnes"):
        assert said in whole.text
    nadia = await watch.signed_in("nadia")
    data = {"csrf": await csrf(nadia), **RULING, "facts": ""}
    part = await nadia.post(f"/console/cases/{number}/preview", data=data, headers={"hx-request": "true"})
    assert "Écrivez les faits" in part.text
    assert "<html" not in part.text
    assert (await watch.moderation.cases.get(number)).decisions == ()


async def test_a_case_that_somebody_else_has_is_locked(watch: Any, csrf: Any) -> None:
    """Nobody works twice: whoever comes second sees who has it and until when."""
    number = await opened(watch)
    ines = await watch.signed_in("ines")
    await ines.post(f"/console/cases/{number}/claim", data={"csrf": await csrf(ines), "version": "1"})
    page = (await (await watch.signed_in("nadia")).get(f"/console/cases/{number}")).text
    assert "Ines s’en occupe" in page or "Ines</span> s’en occupe" in page
    assert "panel-form" not in page


async def test_an_unknown_case_is_not_found(watch: Any) -> None:
    """A number that no case has."""
    assert (await (await watch.signed_in("nadia")).get("/console/cases/AAAA-AAAA")).status_code == 404
