"""What one character stands for, and the quick way through bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.automod.letters import PLAIN, WORDS, lowered, spaced

TEXTS = st.text(alphabet=st.characters(), max_size=60) | st.text(
    alphabet=st.characters(max_codepoint=0x17F) | st.sampled_from("’œ…«»€"), max_size=60
)


@given(TEXTS)
def test_the_way_through_bytes_is_the_way_through_the_table(text: str) -> None:
    """Whatever the characters, one pass over bytes gives what the table gives."""
    assert lowered(text) == text.translate(PLAIN)


@given(TEXTS)
def test_words_are_the_same_either_way(text: str) -> None:
    """Marks of sentences and quotation are words of their own."""
    lower = lowered(text)
    assert spaced(lower) == lower.translate(WORDS).split()


@pytest.mark.parametrize(
    ("typed", "plain"), [("É", "e"), ("ß", "ss"), ("а", "a"), ("ꜱ", "s"), ("\u200b", ""), ("𝓼", "s"), ("…", "...")]
)
def test_a_character_stands_for_plain_ones(typed: str, plain: str) -> None:
    """Accents, look-alikes, small capitals and fancy letters come down to the alphabet; nothing is seen of the rest."""
    assert lowered(typed) == plain
