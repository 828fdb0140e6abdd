"""Nothing half-right is loaded: every broken rule is named with file, line and remedy."""

from __future__ import annotations

import pytest

from tests.automod.packs import RULE, pack
from veillee.automod.ruleset import RulesetInvalid, load


def test_the_version_is_the_content() -> None:
    """The same text has the same version; one character more has another."""
    assert load(pack()).version == load(pack()).version
    other = {"fr/test.yaml": pack()["fr/test.yaml"] + "\n"}
    assert load(other).version != load(pack()).version


BROKEN = {
    "must_catch: [a]": "must_catch: []",
    "must_pass: [b]": "must_pass: []",
    "version: 1": "version: one",
    "category: spam": "category: spamm",
    "action: block": "action: punish",
    "reason: A test.": "raison: A test.",
    "source: A test.": "",
    "id: fr.test.fruit": "id: en.test.fruit",
    "condition: fruit": "condition: frut",
    "condition: fruit ": "condition: 'fruit &&& seller'",
    "condition:  fruit": "condition: '!fruit'",
    "condition:   fruit": "condition: '1 + 1'",
    'patterns: ["je <2> vends"]': 'patterns: ["(?=je)"]',
    'patterns: ["je <2> vends" ]': 'patterns: ["Où"]',
    'patterns: [ "je <2> vends"]': 'patterns: ["{nothing}"]',
    "near: [fruit, seller]": "near: [fruit, sellerr]",
    "near: [fruit , seller]": "next: [fruit, seller]",
    'terms: [pomme, "poire*"]': 'terms: ["*"]',
    "action:  block": "action: card",
    "source:  A test.": "source: A test.\n    unless: quoted",
    "reason:  A test.": "reason: A test.\n    unless: [quotedd]",
    "near: [fruit,  seller]": "near: [fruit, seller, [nobody]]",
    "words: 3": "words: many",
    "rules:": "rulez:",
    "rules: ": "rules: [",
}


@pytest.mark.parametrize("sound", BROKEN)
def test_a_broken_rule_is_refused(sound: str) -> None:
    """Each breakage is refused and told with its file, a line and what to do."""
    text = RULE.replace("CONDITION", "fruit")
    needle = (
        " ".join(sound.split()).replace("fruit , seller", "fruit, seller").replace('" ]', '"]').replace('[ "', '["')
    )
    assert needle in text
    with pytest.raises(RulesetInvalid) as raised:
        load({"fr/test.yaml": text.replace(needle, BROKEN[sound], 1)})
    problem = raised.value.problems[0]
    assert problem.file == "fr/test.yaml"
    assert problem.line >= 1
    assert problem.what
    assert problem.remedy


def test_every_problem_is_told_at_once() -> None:
    """Two broken rules in two packs are two problems, not one after the other."""
    broken = RULE.replace("CONDITION", "frut")
    with pytest.raises(RulesetInvalid) as raised:
        load({"fr/a.yaml": broken, "fr/b.yaml": broken})
    assert {p.file for p in raised.value.problems} == {"fr/a.yaml", "fr/b.yaml"}


def test_an_id_is_used_once() -> None:
    """Two rules may not share an id."""
    text = RULE.replace("CONDITION", "fruit")
    with pytest.raises(RulesetInvalid, match=r"taken in fr/a\.yaml"):
        load({"fr/a.yaml": text, "fr/b.yaml": text})


def test_a_rule_wakes_with_what_it_cannot_do_without() -> None:
    """`offer && link` needs both: it wakes with the first part of the first."""
    rule = load(pack("offer && link")).rules[0]
    assert rule.wakes == {"fr.test.fruit/fruit"}
    assert load(pack("fruit || link")).rules[0].wakes == {"fr.test.fruit/fruit", "fr.test.fruit/link"}


def test_a_rule_is_found_by_its_id() -> None:
    """The text of any rule can be looked up by what a verdict says."""
    ruleset = load(pack())
    assert ruleset.rule("fr.test.fruit").ref == "fr.test.fruit@1"
    with pytest.raises(KeyError):
        ruleset.rule("fr.test.none")
