"""Verdicts: the graver of two wins."""

from __future__ import annotations

from veillee.model.verdict import ALLOWED, Action, Category


def test_actions_are_ordered_by_gravity() -> None:
    """allow < warn < card < hold < block, as PROTOCOL §3 lists them."""
    assert [action.value for action in sorted(Action, key=lambda action: action.gravity)] == [
        "allow", "warn", "card", "hold", "block",
    ]  # fmt: skip


def test_the_categories_are_those_of_the_contract() -> None:
    """PROTOCOL §3 names seventeen, and others build against them."""
    assert {category.value for category in Category} == {
        "minor_safety", "ambush", "persona_conflict", "sexual_exploitation", "sexual_violence", "sexual_content",
        "drugs", "hate", "harassment", "violence", "extortion", "privacy", "money_laundering", "scam", "spam",
        "self_harm", "weapons",
    }  # fmt: skip


def test_allowing_says_nothing_else() -> None:
    """A plain allow has no rule, no card, no case."""
    assert (ALLOWED.rules, ALLOWED.card, ALLOWED.case, ALLOWED.reason) == ((), None, False, None)
