"""The rule pages: what is shown, what is tried, what is kept, who may press what."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.automod.packs import FIG_RULE
from veillee.model.clock import DAY
from veillee.model.verdict import Facts
from veillee.store import audit

RULE = "fr.spam.figue"


async def given(watch: Any, csrf: Any, login: str = "nadia") -> tuple[Any, dict[str, str]]:
    """A signed-in browser and what every form holds."""
    browser = await watch.signed_in(login)
    return browser, {"csrf": await csrf(browser, "/console/rules"), "file": "fr/spam.yaml", "text": FIG_RULE}


async def drafted(watch: Any, csrf: Any) -> tuple[Any, dict[str, str], str]:
    """A draft by Nadia: her browser, the form, and the path of its steps."""
    nadia, form = await given(watch, csrf)
    answer = await nadia.post("/console/rules/save", data=form | {"note": "on en vend trop"})
    assert answer.headers["location"] == f"/console/rules/of/{RULE}?done=drafted"
    page = (await nadia.get(answer.headers["location"])).text
    path = re.search(r"/console/rules/edition/[0-9a-f]{16}", page)
    assert path is not None
    return nadia, form, path[0]


async def test_the_list_names_every_rule_and_filters(watch: Any) -> None:
    """By words, by language, by state; strangers are sent to the login."""
    nadia = await watch.signed_in("nadia")
    everything = (await nadia.get("/console/rules")).text
    assert "fr.spam.flood" in everything
    assert "en.spam." in everything
    french = (await nadia.get("/console/rules?language=fr&q=flood")).text
    assert "fr.spam.flood" in french
    assert "en.spam." not in french
    assert "Aucune règle" in (await nadia.get("/console/rules?state=held")).text
    assert (await watch.browser().get("/console/rules")).status_code == 303


async def test_a_sentence_is_tried_without_keeping_anything(watch: Any, csrf: Any) -> None:
    """Verdict, the words that were found, the signals; htmx gets the part, a form the page."""
    nadia, form = await given(watch, csrf)
    asked = form | {"sentence": "Qui veut des f1gues ?"}
    part = (await nadia.post("/console/rules/try", data=asked, headers={"hx-request": "true"})).text
    assert "<html" not in part
    assert "fait réfléchir" in part
    assert "<mark>f1gue</mark>" in part
    assert f"{RULE}/goods" in part
    page = (await nadia.post("/console/rules/try", data=asked)).text
    assert "<html" in page
    assert "<mark>f1gue</mark>" in page
    assert RULE not in (await nadia.get("/console/rules")).text


@pytest.mark.parametrize("path", ["try", "save"])
async def test_a_broken_text_comes_back_with_its_lines(watch: Any, csrf: Any, path: str) -> None:
    """What was typed is still there; each problem has its line and a remedy."""
    nadia, form = await given(watch, csrf)
    broken = form | {"text": FIG_RULE.replace("category: spam", "category: spamm")}
    answer = await nadia.post(f"/console/rules/{path}", data=broken)
    assert "Ligne 3" in answer.text
    assert "did you mean `spam`?" in answer.text
    assert "category: spamm" in answer.text
    failing = form | {"text": FIG_RULE.replace("[je vends des poires]", "[une figue]")}
    assert "Ligne 11" in (await nadia.post(f"/console/rules/{path}", data=failing)).text


async def test_the_whole_way_through_the_pages(watch: Any, csrf: Any) -> None:
    """Draft, backtest, shadow, a day, promotion by an operator; then it acts; then it is taken back."""
    await watch.say("Lune", "qui veut des figues ce soir ?")
    nadia, form, path = await drafted(watch, csrf)
    assert (await nadia.post(f"{path}/backtest", data=form)).status_code == 303
    page = (await nadia.get(f"/console/rules/of/{RULE}")).text
    assert "qui veut des figues ce soir ?" in page
    assert "Messages touchés" in page
    await nadia.post(f"{path}/shadow", data=form)
    early = await nadia.post(f"{path}/promote", data=form)
    assert early.status_code == 403
    watch.told.now += DAY
    paul, form = await given(watch, csrf, "paul")
    page = (await paul.get(f"/console/rules/of/{RULE}")).text
    assert "24 heures à blanc" in page
    assert "Mettre en vigueur" in page
    assert (await paul.post(f"{path}/promote", data=form)).status_code == 303
    verdict = watch.whole.community.judge.look(facts("des figues ?")).verdict
    assert verdict.rules == (f"{RULE}@1",)
    assert "version 1 en vigueur" in (await paul.get(f"/console/rules/of/{RULE}")).text
    nadia, form = await given(watch, csrf)
    await nadia.post(f"{path}/withdraw", data=form)
    assert watch.whole.community.judge.look(facts("des figues ?")).verdict.rules == ()


async def test_pressing_too_early_says_what_is_missing(watch: Any, csrf: Any) -> None:
    """The button is not shown; who presses it all the same reads why not."""
    _, _, path = await drafted(watch, csrf)
    paul, form = await given(watch, csrf, "paul")
    page = (await paul.get(f"/console/rules/of/{RULE}")).text
    assert "Mettre en vigueur" not in page
    answer = await paul.post(f"{path}/promote", data=form)
    assert answer.status_code == 409
    assert "il manque 24 heures à blanc" in answer.text
    assert (await paul.post(f"{path}/clear", data=form)).status_code == 409
    assert (await paul.post(f"{path}/canary", data=form | {"share": "99"})).status_code == 400
    assert (await paul.post(f"{path}/dance", data=form)).status_code == 404


async def test_two_people_answer_for_an_exception(watch: Any, csrf: Any) -> None:
    """Both by name on the page and in the audit; then an operator may put it into force."""
    nadia, form, path = await drafted(watch, csrf)
    await nadia.post(f"{path}/waive", data=form)
    paul, paulform = await given(watch, csrf, "paul")
    await paul.post(f"{path}/waive", data=paulform)
    page = (await paul.get(f"/console/rules/of/{RULE}")).text
    assert "Nadia, Paul" in page
    assert (await paul.post(f"{path}/canary", data=paulform | {"share": "50", "unit": "message"})).status_code == 303
    assert "50 % des messages" in (await paul.get(f"/console/rules/of/{RULE}")).text
    entries = await watch.whole.community.store.read(audit.entries)
    steps = [entry for entry in entries if entry.action.startswith("rule.")]
    assert [entry.action for entry in steps[:3]] == ["rule.canaried", "rule.waived", "rule.waived"]
    assert len({entry.actor for entry in steps[1:3]}) == 2


async def test_versions_are_compared_line_by_line(watch: Any, csrf: Any) -> None:
    """Against what is in force; a text alone with what it leans on."""
    nadia, form = await given(watch, csrf)
    page = (await nadia.get("/console/rules/of/fr.spam.flood")).text
    text = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text is not None
    changed = html.unescape(text[1]).replace("{25,}", "{40,}")
    assert changed != html.unescape(text[1])
    answer = await nadia.post("/console/rules/save", data=form | {"text": changed.replace("!!!!", "!" * 44)})
    assert answer.status_code == 303, answer.text
    page = (await nadia.get("/console/rules/of/fr.spam.flood")).text
    assert re.search(r"<del>.*\{25,\}", page)
    assert re.search(r"<ins>.*\{40,\}", page)
    links = re.findall(r'href="(/console/rules/text/[^"]+)"', page)
    assert len(links) == 2
    for link in links:
        assert (await nadia.get(link)).status_code == 200
    same = await nadia.post("/console/rules/save", data=form | {"text": html.unescape(text[1])})
    assert same.status_code == 400
    assert "mot pour mot" in same.text


async def test_a_new_rule_begins_in_the_readers_language(watch: Any) -> None:
    """With a text that already reads; an unknown rule or text is not found."""
    nadia = await watch.signed_in("nadia")
    page = (await nadia.get("/console/rules/new")).text
    assert "id: fr." in page
    assert "id: en." in (await nadia.get("/console/rules/new?file=en/spam.yaml")).text
    assert (await nadia.get("/console/rules/of/fr.spam.nothing")).status_code == 404
    assert (await nadia.get(f"/console/rules/text/{'0' * 16}")).status_code == 404


async def test_every_page_says_what_was_put_back_to_hold(watch: Any, csrf: Any) -> None:
    """Until an operator lets it act again."""
    nadia, form, path = await drafted(watch, csrf)
    paul, paulform = await given(watch, csrf, "paul")
    await nadia.post(f"{path}/waive", data=form)
    await paul.post(f"{path}/waive", data=paulform)
    await paul.post(f"{path}/promote", data=paulform)
    community = watch.whole.community
    for _ in range(40):
        community.judge.look(facts("des figues ?"))
    await community.rulebook.settle()
    for page in ("/console/", "/console/audit", "/console/rules"):
        assert f"La règle {RULE}@1 réagit trop souvent" in (await nadia.get(page)).text
    assert "Remise en retenue" in (await nadia.get(f"/console/rules/of/{RULE}")).text
    assert (await nadia.post(f"{path}/clear", data=form)).status_code == 403
    assert (await paul.post(f"{path}/clear", data=paulform)).status_code == 303
    assert "réagit trop souvent" not in (await nadia.get("/console/")).text


def facts(text: str) -> Any:
    """Something said in the café."""
    return Facts(text, conversation="cafe")
