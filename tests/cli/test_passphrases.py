"""Passphrases: read, or made."""

from __future__ import annotations

import io

import pytest

from veillee.cli.passphrases import given_or_made


def test_one_line_of_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line as it is, without its end; spaces inside and around belong to it."""
    monkeypatch.setattr("sys.stdin", io.StringIO(" deux mots \nreste"))
    assert given_or_made("fr", stdin=True) == (" deux mots ", False)


def test_six_words_that_differ() -> None:
    """Each made one is another, in the language asked for."""
    made = {given_or_made(language, stdin=False) for language in ("fr", "en") for _ in range(5)}
    assert len(made) == 10
    assert all(len(text.split()) == 6 and shown for text, shown in made)
