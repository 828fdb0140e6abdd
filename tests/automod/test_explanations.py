"""Why a text is judged as it is."""

from __future__ import annotations

import pytest

from tests.automod.packs import shipped
from veillee.automod.explanations import explain
from veillee.model.verdict import Action, Facts, Kind


def test_words_signals_rules_and_verdict_are_told() -> None:
    """Of a disguised insult, with the piece of the text that was found."""
    told = explain(shipped(), Facts("t'es qu'un c0nnard"))
    assert "connard" in told.unmasked
    assert any("c0nnard" in pieces for _, pieces in told.signals)
    assert told.verdict.action is Action.WARN
    assert [rule.ref for rule in told.rules] == list(told.verdict.rules)


def test_of_plain_talk_there_is_little_to_tell() -> None:
    """No rule, no disguise."""
    told = explain(shipped(), Facts("Bonsoir à tous", Kind.MESSAGE))
    assert (told.rules, told.unmasked, told.verdict.action) == ((), "", Action.ALLOW)


def test_what_is_too_long_is_refused() -> None:
    """As the engine refuses it."""
    with pytest.raises(ValueError):
        explain(shipped(), Facts("a" * 30_000))
