"""The examples inside rules are run, and a failing one is told."""

from __future__ import annotations

from tests.automod.packs import RULE
from veillee.automod.examples import check, talk
from veillee.automod.ruleset import load
from veillee.model.verdict import Action


def with_examples(catch: str, passing: str) -> dict[str, str]:
    """A pack whose rule carries these examples."""
    text = RULE.replace("CONDITION", "fruit")
    return {"fr/test.yaml": text.replace("[a]", f"[{catch}]").replace("[b]", f"[{passing}]")}


def test_kept_promises_are_silent() -> None:
    """A rule that catches and lets pass what it says has no failure."""
    assert check(load(with_examples("une pomme", "une pommade"))) == []


def test_broken_promises_are_told() -> None:
    """A miss and a false alarm, each with its text and place."""
    failures = check(load(with_examples("une prune", "une pomme")))
    assert [(f.expected, f.text) for f in failures] == [("must_catch", "une prune"), ("must_pass", "une pomme")]
    assert str(failures[0]).startswith("fr/test.yaml:3: ")


def test_everyday_talk_is_counted() -> None:
    """What passes is silent; what is stopped is told with its action and its rules, and counts against the bounds."""
    heard = talk(load(with_examples("une pomme", "une pommade")), ["bonsoir", "bonne nuit", "une pomme", "et toi ?"])
    assert (heard.lines, heard.refused_share, heard.flagged_share) == (4, 0.25, 0.25)
    assert (heard.flagged[0].action, heard.flagged[0].text) == (Action.BLOCK, "une pomme")
    assert str(heard.flagged[0]) == "everyday, block by fr.test.fruit@1: une pomme"
    assert not heard.clean


def test_a_warning_is_not_a_refusal() -> None:
    """Warnings and cards have the wider bound of two lines in a hundred."""
    packs = {name: text.replace("action: block", "action: warn") for name, text in with_examples("a", "b").items()}
    once = talk(load(packs), ["une pomme", *["bonsoir"] * 49])
    assert once.clean
    assert once.refused_share == 0
    assert not talk(load(packs), ["une pomme", *["bonsoir"] * 48]).clean


def test_lines_of_a_category_are_run_too() -> None:
    """What a pack promises for a whole category, whichever rule keeps it."""
    lines = "examples: {spam: {must_catch: [une pomme, une prune], must_pass: [une pommade, deux pommes]}}"
    failures = check(load({**with_examples("une pomme", "une pommade"), "fr/lines.yaml": lines}))
    assert [(f.rule, f.expected, f.text) for f in failures] == [("spam", "must_catch", "une prune")]


def test_a_category_has_lines_of_its_own() -> None:
    """What some rule of it must catch and none may: told like a rule's own lines, under the category."""
    shared = "examples:\n  spam: {must_catch: [une prune, une pomme], must_pass: [une poire, du pain]}\n"
    ruleset = load({**with_examples("une pomme", "une pommade"), "fr/lines.yaml": shared})
    failures = check(ruleset)
    assert [(f.rule, f.expected, f.text) for f in failures] == [
        ("spam", "must_catch", "une prune"),
        ("spam", "must_pass", "une poire"),
    ]
    assert str(failures[0]).startswith("fr/lines.yaml:2: ")
