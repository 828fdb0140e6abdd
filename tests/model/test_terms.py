"""The terms as values."""

from __future__ import annotations

import pytest

from veillee.model.terms import Rule, Terms
from veillee.model.verdict import Category

RULE = Rule("respect", 1, {"fr": "Respect"}, {"fr": "…"}, (Category.HATE,))
TERMS = Terms("3", "2026-11-23", (RULE,), {}, {})


def test_a_rule_is_found_by_its_code_with_or_without_version() -> None:
    """Decisions cite code@version; both forms lead to the rule."""
    assert TERMS.rule("respect") is RULE
    assert TERMS.rule("respect@2") is RULE
    assert TERMS.rule("nothing") is None


def test_a_citation_names_the_version_in_force() -> None:
    """What is cited is the code at the version of the terms; an unknown code cannot be cited."""
    assert TERMS.cite("respect") == "respect@3"
    with pytest.raises(KeyError):
        TERMS.cite("nothing")


def test_a_category_leads_to_its_rule() -> None:
    """A verdict's category names the rule of the terms."""
    assert TERMS.for_category(Category.HATE) is RULE
