"""The appeals pages: contested by code, answered by somebody else."""

from __future__ import annotations

import re
from typing import Any

from veillee.model.casefile import AppealState, Ground, Measure, Ruling


async def contested(watch: Any, measure: Measure = Measure.REMOVE) -> str:
    """Nadia decided on a message of Ombre, and it is contested; the appeal's address."""
    code = await watch.report("Lune", await watch.say("Ombre", "retourne parler à ton frigo"))
    (waiting,) = await watch.moderation.queue.view()
    nadia = watch.enrolled["nadia"].staff
    ruling = Ruling(measure, "Ce message insulte.", Ground.TERMS, "respect")
    decided = await watch.moderation.decisions.decide(waiting.case.number, waiting.case.version, ruling, nadia)
    await watch.settle()
    if decided.statement is not None:
        code = watch.moderation.desk.code(decided.statement)
    await watch.moderation.appeals.lodge(code, "Je citais un film.")
    (pending,) = await watch.moderation.appeals.pending(nadia)
    return f"/console/appeals/{pending.appeal.id}"


async def answer(watch: Any, csrf: Any, login: str, page: str, **given: str) -> Any:
    """Post an answer with the version that the page shows."""
    browser = await watch.signed_in(login)
    shown = (await browser.get(page)).text
    version = re.search(r'name="version" value="(\d+)"', shown)
    data = {"csrf": await csrf(browser), "version": version[1] if version else "1", **given}
    return await browser.post(page, data=data)


async def test_whoever_decided_first_does_not_answer(watch: Any, csrf: Any) -> None:
    """DSA art. 20: Nadia sees the appeal without a form, and posting one is refused."""
    page = await contested(watch)
    nadia = await watch.signed_in("nadia")
    assert "à quelqu’un d’autre de répondre" in (await nadia.get("/console/appeals")).text
    shown = (await nadia.get(page)).text
    assert "quelqu’un d’autre doit la relire" in shown
    assert 'name="outcome"' not in shown
    refused = await answer(watch, csrf, "nadia", page, outcome="upheld", answer="Non.")
    assert refused.status_code == 403


async def test_a_reversal_restores(watch: Any, csrf: Any) -> None:
    """Inès reverses: the message is back, and the appeal has left the list."""
    page = await contested(watch)
    done = await answer(watch, csrf, "ines", page, outcome="reversed", answer="C’était bien une citation.")
    assert done.status_code == 303
    await watch.settle()
    number = done.headers["location"].split("=")[1]
    file = await watch.moderation.cases.get(number)
    assert file.appeals[0].state is AppealState.REVERSED
    assert file.messages[0].state.value == "published"
    assert "Aucun recours n’attend" in (await (await watch.signed_in("ines")).get("/console/appeals")).text


async def test_another_measure_may_replace_the_first(watch: Any, csrf: Any) -> None:
    """Partly reversed: the warning has its own statement."""
    page = await contested(watch)
    done = await answer(
        watch, csrf, "ines", page, outcome="partially_reversed", answer="Un avertissement suffit.", measure="warn",
        ground="terms", rule="respect", facts="Ce message insulte.",
    )  # fmt: skip
    assert done.status_code == 303
    file = await watch.moderation.cases.get(done.headers["location"].split("=")[1])
    assert [each.measure for each in file.decisions] == [Measure.REMOVE, Measure.REVERSE, Measure.WARN]


async def test_what_an_answer_lacks_is_said(watch: Any, csrf: Any) -> None:
    """Outcome and answer are both needed; what was typed is kept; an old version is a conflict."""
    page = await contested(watch)
    for given, status, said in (
        ({"outcome": "", "answer": "Lu."}, 400, "maintenue ou annulée"),
        ({"outcome": "upheld", "answer": " "}, 400, "Écrivez une réponse"),
        ({"outcome": "upheld", "answer": "Lu et relu.", "version": "0"}, 409, "Quelqu’un d’autre a agi"),
        ({"outcome": "upheld", "answer": "Lu et relu.", "version": "x"}, 400, "trop ancienne"),
        ({"outcome": "partially_reversed", "answer": "Lu et relu.", "measure": "warn"}, 400, "Écrivez les faits"),
    ):
        shown = await answer(watch, csrf, "ines", page, **given)
        assert shown.status_code == status, said
        assert said in shown.text
    assert "Lu et relu." in shown.text


async def test_an_unknown_appeal_is_not_found(watch: Any) -> None:
    """An id that no pending appeal has."""
    assert (await (await watch.signed_in("ines")).get("/console/appeals/01NONE")).status_code == 404
