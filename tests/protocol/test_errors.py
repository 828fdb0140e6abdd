"""Every refusal has a sentence in both languages, and says no more than it should."""

from __future__ import annotations

import string

import pytest

from veillee.model.errors import Code, Refused
from veillee.protocol.errors import body, sentence


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_sentence_in_both_languages(code: Code) -> None:
    """French and English, each with the same slots."""
    french, english = sentence(code, "fr"), sentence(code, "en")
    assert french != english
    assert french
    assert "{" not in french + english


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_missing_parameter_leaves_no_hole(language: str) -> None:
    """A sentence whose parameter is not known shows an ellipsis, never a brace or an exception."""
    for code in Code:
        slots = {name for _, name, _, _ in string.Formatter().parse(sentence(code, language)) if name}
        assert slots == set()


def test_a_refusal_s_body_has_what_helps() -> None:
    """`retry`, `case`, `code` and `confirm` where there are any (PROTOCOL §1)."""
    refused = Refused(Code.BLOCKED_CONTENT, retry=2.34, case="7F3K-21AB", secret="CODE", confirm="TOKEN")
    assert body(refused, "fr") == {
        "c": "blocked_content", "m": sentence(Code.BLOCKED_CONTENT, "fr"), "retry": 2.3, "case": "7F3K-21AB",
        "code": "CODE", "confirm": "TOKEN",
    }  # fmt: skip


def test_waiting_is_told_in_whole_seconds() -> None:
    """The sentence rounds up: trying a little too early is what annoys."""
    assert "3 s" in body(Refused(Code.RATE_LIMITED, retry=2.1), "fr")["m"]


def test_a_room_that_is_gone_is_called_a_room() -> None:
    """`not_found` says which thing does not exist where that is known."""
    assert "salon" in sentence(Code.NOT_FOUND, "fr", {"what": "room"})
    assert "salon" not in sentence(Code.NOT_FOUND, "fr")


def test_an_unknown_language_is_spoken_to_in_english() -> None:
    """French for whoever speaks French, English for everybody else."""
    assert sentence(Code.EMPTY, "de") == sentence(Code.EMPTY, "en")
    assert sentence(Code.EMPTY, "fr-CA") == sentence(Code.EMPTY, "fr")
