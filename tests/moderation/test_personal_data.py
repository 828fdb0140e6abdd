"""What must not reach the EU database is found, and plain prose is let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.moderation.personal_data import kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("écrit à lea.martin@exemple.fr", "email"),
        ("depuis 192.0.2.17, encore", "address"),
        ("depuis 2001:db8::8a2e:370:7334", "address"),
        ("au 06 12 34 56 78 le soir", "phone"),
        ("au +33 (0)6.12.34.56.78", "phone"),
        ("message 01JC9ZK3V8Q4W5X6Y7Z8A9B0CD", "identifier"),
        ("visage 4F7K2Q9ZT0AB", "identifier"),
        ("appareil 0f3a9c2b4d5e6f708192a3b4c5d6e7f8", "identifier"),
        ("code 7F3K-21AB-9CDE-4FGH-5JKMN-6PQRS", "identifier"),
        ("Corbeau insulte", "pseudonym"),
        ("corbeau insulte", "pseudonym"),
    ],
)
def test_personal_data_is_found(text: str, kind: str) -> None:
    """LAW.md §8.3 test 9 (DSA art. 24(5)): e-mail, IP, phone, pseudonym, internal id."""
    assert kind in kinds(text, ("Corbeau", "Le"))


@pytest.mark.parametrize(
    "text",
    [
        "Le message insulte un groupe pour son origine ; il a été retiré à 12:45 le 24/11/2026.",
        "Ce contenu relève de la règle 2, « Protéger les mineurs » (minors@1).",
        "Loi du 29 juillet 1881, article 24, alinéa 7 ; Code pénal, article 222-33-2-2.",
        "This message was not published. An automatic tool found in it: Respect people.",
        "le corbeautier",
    ],
)
def test_prose_passes(text: str) -> None:
    """Dates, times, articles, rules and words that merely contain a pseudonym are no personal data."""
    assert kinds(text, ("Corbeau", "Le")) == ["pseudonym"] * text.startswith("Le ")


def test_a_short_pseudonym_counts_only_as_written() -> None:
    """Somebody called « Le » does not forbid the article."""
    assert kinds("dans le message", ("Le",)) == []
    assert kinds("dit à Le hier", ("Le",)) == ["pseudonym"]


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """No text makes the linter fail."""
    assert set(kinds(text, ("a+(b", ""))) <= {"email", "address", "phone", "identifier", "pseudonym"}
