"""The examples inside rules are run, and a failing one is told."""

from __future__ import annotations

from tests.automod.packs import RULE
from veillee.automod.examples import check
from veillee.automod.ruleset import load


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
