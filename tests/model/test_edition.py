"""A rule text and its way into force, as values."""

from __future__ import annotations

from veillee.model.edition import Edition, RuleText, Stage


def test_a_text_is_named_as_in_verdicts() -> None:
    """`id@version`."""
    text = RuleText("a" * 16, "fr.spam.fruit", 3, "fr/spam.yaml", "id: …\n", "signals: {}\n")
    assert text.ref == "fr.spam.fruit@3"
    edition = Edition(text, "S1", 0)
    assert (edition.hash, edition.progress.stage) == ("a" * 16, Stage.DRAFT)
