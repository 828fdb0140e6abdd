"""The terms in force, read from YAML: the operator's own `terms.yaml`, or the text that ships with Veillée.

DSA art. 14: clear, plain, machine-readable; every decision cites `rule@version` (LAW.md §1.4).
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from veillee.model.terms import Rule, Terms
from veillee.model.verdict import Category

LANGUAGES = ("fr", "en")


class UnusableTerms(ValueError):
    """A terms file that cannot be put in force; the message says which line of it lacks what."""


def load(path: Path | None = None) -> Terms:
    """The terms of `path`, or the shipped ones. Raises UnusableTerms, or OSError if the file cannot be read."""
    text = (
        resources.files("veillee.accountability").joinpath("texts/terms.yaml").read_text("utf-8")
        if path is None
        else path.read_text("utf-8")
    )
    try:
        found = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise UnusableTerms(f"not YAML: {error}") from error
    return parse(found)


def parse(found: Any) -> Terms:
    """Terms from what YAML holds. Raises UnusableTerms when a rule, a language or a category is missing."""
    try:
        terms = Terms(
            version=str(found["version"]),
            since=str(found["since"]),
            rules=tuple(_rule(each) for each in found["rules"]),
            short={language: tuple(map(str, found["short"][language])) for language in LANGUAGES},
            clauses={
                language: tuple((str(title), str(text)) for title, text in found["clauses"][language])
                for language in LANGUAGES
            },
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableTerms(f"{type(error).__name__}: {error}") from error
    codes = [rule.code for rule in terms.rules]
    if len(set(codes)) != len(codes):
        raise UnusableTerms("two rules have the same code")
    if [rule.number for rule in terms.rules] != list(range(1, len(terms.rules) + 1)):
        raise UnusableTerms("rules are numbered 1, 2, 3 … in order")
    covered = {category for rule in terms.rules for category in rule.categories}
    if missing := sorted(set(Category) - covered):
        raise UnusableTerms(f"no rule covers {', '.join(missing)}")
    if any(len(lines) != 3 for lines in terms.short.values()):
        raise UnusableTerms("the entry page shows three short lines")
    return terms


def document(terms: Terms, url: str) -> dict[str, Any]:
    """`/legal/terms.json`: the same text for machines (DSA art. 14(1))."""
    return {
        "version": terms.version,
        "since": terms.since,
        "url": f"{url}/legal/terms",
        "rules": [
            {
                "id": f"{rule.code}@{terms.version}",
                "code": rule.code,
                "number": rule.number,
                "title": dict(rule.title),
                "text": dict(rule.text),
                "categories": [category.value for category in rule.categories],
            }
            for rule in terms.rules
        ],
        "clauses": {
            language: [{"title": title, "text": text} for title, text in clauses]
            for language, clauses in terms.clauses.items()
        },
    }


def _rule(each: dict[str, Any]) -> Rule:
    return Rule(
        code=str(each["code"]),
        number=int(each["number"]),
        title={language: str(each["title"][language]) for language in LANGUAGES},
        text={language: str(each["text"][language]) for language in LANGUAGES},
        categories=tuple(Category(name) for name in each["categories"]),
    )
