"""Findings become one verdict."""

from __future__ import annotations

from veillee.automod.verdicts import Finding, compose
from veillee.model.verdict import Action, Category


def test_the_gravest_action_wins_and_all_is_told() -> None:
    """A warning and a block are a block, with both categories, the gravest first."""
    findings = [
        Finding(Action.WARN, Category.HARASSMENT, "a@1", ((0, 3),), risk=0.5),
        Finding(Action.BLOCK, Category.HATE, "b@1", ((2, 5), (8, 9)), risk=0.5, case=True),
    ]
    verdict = compose(findings, private=False, length=20)
    assert verdict.action is Action.BLOCK
    assert verdict.categories == (Category.HATE, Category.HARASSMENT)
    assert verdict.spans == ((0, 5), (8, 9))
    assert verdict.case
    assert verdict.risk == 0.75


def test_private_text_is_never_blocked_nor_shown_to_staff() -> None:
    """In private the worst is to wait until the reader has read a card (LAW.md §4.3)."""
    grave = Finding(Action.BLOCK, Category.VIOLENCE, "a@1", case=True)
    verdict = compose([grave], private=True, length=5)
    assert verdict.action is Action.HOLD
    assert verdict.card == "aggression_help"
    assert compose([Finding(Action.HOLD, Category.DRUGS, "d@1")], private=True, length=5).card == "other"
    assert not verdict.case


def test_declared_facts_reach_staff_in_private_too() -> None:
    """What does not rest on content is told."""
    conflict = Finding(Action.ALLOW, Category.PERSONA_CONFLICT, "p@1", case=True, from_content=False)
    assert compose([conflict], private=True, length=5).case
