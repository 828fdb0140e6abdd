"""The terms file: what ships is usable, and what is not usable is refused with the reason."""

from __future__ import annotations

import copy
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from veillee.accountability.terms import UnusableTerms, document, load, parse
from veillee.model.verdict import Category


def shipped() -> Any:
    """The shipped YAML as data, to be spoilt by a test."""
    return yaml.safe_load(resources.files("veillee.accountability").joinpath("texts/terms.yaml").read_text("utf-8"))


def test_every_category_falls_under_a_rule() -> None:
    """DSA art. 14: whatever the tools can find is written in the terms."""
    terms = load()
    assert {terms.for_category(category).code for category in Category} <= {rule.code for rule in terms.rules}


def test_both_languages_say_as_much() -> None:
    """French and English have the same three lines, rules and clauses."""
    terms = load()
    assert len(terms.short["fr"]) == len(terms.short["en"]) == 3
    assert len(terms.clauses["fr"]) == len(terms.clauses["en"])
    assert all(set(rule.title) == set(rule.text) == {"fr", "en"} for rule in terms.rules)


def test_the_operator_may_bring_their_own(tmp_path: Path) -> None:
    """A terms.yaml beside the settings takes the place of the shipped one."""
    own = shipped() | {"version": "7"}
    (tmp_path / "terms.yaml").write_text(yaml.safe_dump(own, allow_unicode=True), "utf-8")
    assert load(tmp_path / "terms.yaml").version == "7"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda t: t["rules"].pop(), "no rule covers"),
        (lambda t: t["rules"].append(t["rules"][0]), "same code"),
        (lambda t: t["rules"].reverse(), "in order"),
        (lambda t: t["short"]["fr"].pop(), "three short lines"),
        (lambda t: t["rules"][0]["title"].pop("en"), "KeyError"),
        (lambda t: t["rules"][0].update(categories=["unknown"]), "ValueError"),
    ],
)
def test_terms_that_lack_something_are_refused(spoil: Any, reason: str) -> None:
    """The refusal says what is wrong with the file."""
    spoilt = copy.deepcopy(shipped())
    spoil(spoilt)
    with pytest.raises(UnusableTerms, match=reason):
        parse(spoilt)


def test_what_is_not_yaml_is_refused(tmp_path: Path) -> None:
    """A broken file is refused as such."""
    (tmp_path / "t.yaml").write_text("a: [", "utf-8")
    with pytest.raises(UnusableTerms, match="not YAML"):
        load(tmp_path / "t.yaml")


def test_the_machine_readable_terms_cite_like_decisions() -> None:
    """The id of each rule in terms.json is what decisions cite."""
    terms = load()
    made = document(terms, "https://v.example")
    assert [rule["id"] for rule in made["rules"]] == [terms.cite(rule.code) for rule in terms.rules]
