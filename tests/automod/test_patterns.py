"""Patterns are run only where letters of theirs stand, and none is missed for it."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from veillee.automod.patterns import MOST, Patterns, needs

SOURCES = (
    ' (?:je|on) (?:[^ .?"]+ ){0,2}vends? ',
    " (?:my|our) dogs? (?:bites?|barks?) ",
    " (?:retourne[zr]?|rentre) chez (?:toi|vous) ",
    "\\d+ ?(?:€|euros?)",
    " (?:a|b)(?:c|d)? ",
    ' (?:long(?:er|est)?|short)(?: [^ .?"]+){0,3} ',
)
WORDS = (
    "je", "on", "vends", "vend", "my", "our", "dogs", "dog", "bite", "barks", "retournez", "rentre", "chez", "toi",
    "vous", "5", "20", "euros", "€", "a", "bc", "longest", "short", "x", ".", "?",
)  # fmt: skip


@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=12,
    )
)
def test_no_match_is_missed(words: list[str]) -> None:
    """Whatever RE2 finds in a text is among the candidates."""
    text = f" {' '.join(words)} "
    found = Patterns(SOURCES).candidates(text, text)
    for index, source in enumerate(SOURCES):
        if re2.search(source, text):
            assert index in found


def test_the_longest_letters_are_looked_for() -> None:
    """Of what a match cannot do without, the rarest part: `vends` and not `je`."""
    assert needs(' (?:je|on) (?:[^ .?"]+ ){0,2}vends? ')[0] == {"vends ", "vend "}
    assert needs(" (?:my|our) \\d?") == (frozenset({" my ", " our "}),)
    assert needs("\\d+") == ()


def test_every_group_of_letters_has_to_stand() -> None:
    """Of two words both; a pattern whose second word is missing is not run."""
    two = Patterns([" (?:vieux|vieille) (?:[^ ]+ ){0,2}(?:fromage|jambon) "])
    assert two.candidates(" un vieux pull ", b" un vieux pull ") == []
    assert two.candidates(" un vieux bon fromage ", b" un vieux bon fromage ") == [0]


def test_ordinary_text_runs_nothing() -> None:
    """Without its letters a pattern is no candidate."""
    text = " bonsoir a tous "
    assert Patterns(SOURCES[:3]).candidates(text, text.encode()) == []


def test_a_pattern_without_letters_is_named() -> None:
    """It costs every text a little: whoever writes packs can see which."""
    assert Patterns(("\\d+", "abc")).loose() == [0]
    assert Patterns(("\\d+", "abc")).candidates("a 5", b"a 5") == [0]


def test_a_flood_is_looked_at_so_far() -> None:
    """No more than `MOST` places of one pattern."""
    assert len(Patterns(("abc",)).spans(0, b"abc " * 500)) == MOST


@pytest.mark.parametrize("source", ["(?=je)", "(a)\\1", "(", "a{2000}", "[", "(?<!a)b"])
def test_what_re2_would_refuse_is_refused(source: str) -> None:
    """Look-around, back-references, open brackets: at once, not when first run."""
    with pytest.raises(re2.error):
        needs(source)
