"""Signals: terms, patterns, and what they compose to."""

from __future__ import annotations

import pytest

from veillee.automod.matcher import Matcher
from veillee.automod.normalise import Skeleton
from veillee.automod.signals import Found, Signal, compose_order
from veillee.automod.spelling import squeezed


def find(text: str, *signals: Signal) -> Found:
    """What these signals find in the text."""
    return Matcher(signals).find(Skeleton(text))


A = Signal("a", terms=("sel",))
B = Signal("b", terms=("poivre",))


def test_terms_stand_as_whole_words() -> None:
    """`sel` is found in `du sel` and not in `selle`; a star at the end takes every ending."""
    assert find("du sel", A).holds("a")
    assert not find("une selle", A).holds("a")
    assert find("une selle", Signal("a", terms=("sel*",))).holds("a")


def test_spans_lead_to_the_original() -> None:
    """A match knows where it stood in what was typed."""
    assert list(find("Oh, du SÈL !", A).original("a")) == [(7, 10)]


@pytest.mark.parametrize(
    ("text", "near"),
    [("sel et poivre", True), ("poivre et sel", True), ("sel. poivre", False), ("sel un deux trois poivre", False)],
)
def test_near_counts_words_within_a_sentence(text: str, near: bool) -> None:
    """Two parts in either order, with few words between and no end of a sentence."""
    found = find(text, A, B, Signal("ab", how="near", parts=("a", "b"), words=2))
    assert found.holds("ab") is near


def test_sequence_keeps_the_order() -> None:
    """A sequence reads from the left."""
    chain = Signal("ab", how="sequence", parts=("a", "b"), words=2)
    assert find("sel et poivre", A, B, chain).holds("ab")
    assert not find("poivre et sel", A, B, chain).holds("ab")


def test_exceptions_take_matches_away() -> None:
    """A match near an exception does not count; another one does."""
    signal = Signal("c", how="any", parts=("a",), excepted=("b",), except_before=1, except_after=1)
    assert not find("sel poivre", A, B, signal).holds("c")
    assert find("sel. Du vrai, sans poivre", A, B, signal).holds("c")


def test_raw_patterns_see_punctuation() -> None:
    """Links and numbers are looked for in the text as it stands."""
    link = Signal("l", raw=(r"t\.me/\w+",))
    assert list(find("Va sur T.me/abc vite", link).original("l")) == [(7, 15)]


def test_raw_and_words_compose() -> None:
    """What was found with punctuation takes its place among the words."""
    both = Signal("al", how="near", parts=("a", "l"), words=3)
    link = Signal("l", raw=(r"t\.me/\w+",))
    assert find("du sel sur t.me/abc", A, link, both).holds("al")


@pytest.mark.parametrize("typed", ["c*nnard", "c****rd", "c*nn*rd", "c*****d"])
def test_stars_hide_no_word(typed: str) -> None:
    """One letter, every vowel, or all but the ends."""
    shown = find(typed, Signal("x", terms=("connard",))).holds("x")
    assert shown is (typed != "c****rd")


def test_doubled_letters_do_not_hide() -> None:
    """A term is also looked for with its doubled letters single."""
    assert squeezed("connard") == "conard"
    assert find("connnnnard", Signal("x", terms=("connard",))).holds("x")


def test_a_circle_is_found() -> None:
    """A signal may not lead back to itself."""
    loop = {"a": Signal("a", how="any", parts=("b",)), "b": Signal("b", how="any", parts=("a",))}
    assert compose_order(loop) in {"a", "b"}
    assert compose_order({"a": A}) is None


def test_what_one_view_shows_completes_what_the_other_shows() -> None:
    """A part found as typed and a part found when disguise is undone stand in one text, with its distances."""
    both = Signal("ab", how="near", parts=("a", "b"), words=1)
    found = find("sel et p0ivre", Signal("a", terms=("sel",)), Signal("b", terms=("poivre",)), both)
    assert found.view == "unmasked"
    assert list(found.original("ab")) == [(0, 13)]


def test_an_exception_as_typed_frees_a_match_undone() -> None:
    """Quotation marks count whichever way the words between them are written."""
    quoted = Signal("q", patterns=('" (?:[^ ".]+ )+"',))
    free = Signal("c", how="any", parts=("b",), excepted=("q",))
    assert find("du p0ivre", B, quoted, free).holds("c")
    assert not find("il a dit « du p0ivre »", B, quoted, free).holds("c")


def test_letters_of_a_word_spelt_out_are_no_term() -> None:
    """`f u` is not said in `r e f u g e`."""
    insult = Signal("f", terms=("f u",))
    assert find("f u", insult).holds("f")
    assert not find("r e f u g e", insult).holds("f")


def test_an_emoji_keeps_its_place() -> None:
    """What no word stands for leads back to the characters themselves."""
    monkey = Signal("m", raw=("[🐒🐵]",))
    assert list(find("sale 🐒 va", monkey).original("m")) == [(5, 6)]
