"""`/suivi`: what became of it, the statement of reasons, the appeal."""

from __future__ import annotations

from typing import Any

from veillee.model.casefile import AppealState, Ground, Measure, Ruling


async def decided(watch: Any, measure: Measure = Measure.REMOVE) -> tuple[str, str]:
    """Nadia decides on a reported message of Ombre; the reporter's code and the statement's (or none)."""
    receipt = await watch.report("Lune", await watch.say("Ombre", "retourne parler à ton frigo"))
    (waiting,) = await watch.moderation.queue.view()
    ruling = Ruling(measure, "Ce message insulte quelqu’un.", Ground.TERMS, "respect")
    done = await watch.moderation.decisions.decide(
        waiting.case.number, waiting.case.version, ruling, watch.enrolled["nadia"].staff
    )
    await watch.settle()
    return receipt, watch.moderation.desk.code(done.statement) if done.statement else ""


async def test_whoever_reported_sees_what_became_of_it(watch: Any) -> None:
    """First that it waits, then that something was done; nothing about the other person."""
    browser = watch.browser()
    receipt, _ = await decided(watch)
    page = (await browser.get(f"/suivi/{receipt}")).text
    assert "nous avons agi" in page
    assert "Ombre" not in page
    assert "frigo" not in page


async def test_the_person_reads_the_reasons(watch: Any) -> None:
    """DSA art. 17: what, which rule, which facts, who decided, how to contest, until when."""
    _, code = await decided(watch)
    page = (await watch.browser().get(f"/suivi/{code}")).text
    for said in (
        "Votre message a été retiré.", "retourne parler à ton frigo", "Règle 1", "Respecter les personnes",
        "Ce message insulte quelqu’un.", "Une personne de l’équipe.", "Gratuit, jusqu’au", "tribunal", code,
    ):  # fmt: skip
        assert said in page, said


async def test_a_code_is_enough_to_contest(watch: Any) -> None:
    """No account: the form, then the appeal on the page, then the answer; a second appeal is refused."""
    _, code = await decided(watch)
    browser = watch.browser()
    answer = await browser.post(f"/suivi/{code}", data={"note": "Je citais un film."})
    assert answer.status_code == 303
    page = (await browser.get(answer.headers["location"])).text
    assert "Votre recours est reçu" in page
    assert "Je citais un film." in page
    again = await browser.post(f"/suivi/{code}", data={"note": "Encore."})
    assert again.status_code == 409
    assert "ne peut plus être contestée" in again.text
    ines = watch.enrolled["ines"].staff
    (pending,) = await watch.moderation.appeals.pending(ines)
    await watch.moderation.appeals.decide(
        pending.appeal.id, pending.case.version, AppealState.REVERSED, "Vous citiez bien un film.", ines
    )
    page = (await browser.get(f"/suivi/{code}")).text
    assert "La décision est annulée." in page
    assert "Vous citiez bien un film." in page


async def test_whoever_was_not_followed_may_contest_too(watch: Any) -> None:
    """DSA art. 20(1): also a decision not to act."""
    receipt, _ = await decided(watch, Measure.NO_ACTION)
    browser = watch.browser()
    assert "nous n’avons pas trouvé de raison d’agir" in (await browser.get(f"/suivi/{receipt}")).text
    assert (await browser.post(f"/suivi/{receipt}", data={"note": "Relisez."})).status_code == 303


async def test_an_empty_or_endless_appeal_is_asked_for_again(watch: Any) -> None:
    """One sentence says what is wrong, and what was typed is kept."""
    _, code = await decided(watch)
    browser = watch.browser()
    assert "Dites en une phrase" in (await browser.post(f"/suivi/{code}", data={"note": "  "})).text
    long = await browser.post(f"/suivi/{code}", data={"note": "mot " * 600})
    assert long.status_code == 400
    assert "mot mot" in long.text


async def test_a_code_is_found_as_people_type_it(watch: Any) -> None:
    """Lower case, spaces, O for 0: the page opens."""
    _, code = await decided(watch)
    typed = code.replace("-", " ").lower().replace("0", "o")
    answer = await watch.browser().post("/suivi", data={"code": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/suivi/{code}")


async def test_a_code_that_opens_nothing_is_not_found(watch: Any) -> None:
    """404 with the form, for a malformed code and for one that nobody was given."""
    browser = watch.browser()
    assert (await browser.get("/suivi")).status_code == 200
    assert (await browser.post("/suivi", data={"code": "rien"})).status_code == 404
    unknown = "0000-0000-0000-0000-00000-00000"
    assert (await browser.get(f"/suivi/{unknown}")).status_code == 404
    assert (await browser.post(f"/suivi/{unknown}", data={"note": "x"})).status_code == 404


async def test_the_page_of_a_code_is_not_stored(watch: Any) -> None:
    """An address with a secret in it leaves no trace in a cache, and tells no other site."""
    _, code = await decided(watch)
    page = await watch.browser().get(f"/suivi/{code}")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] in ("no-referrer", "same-origin")
