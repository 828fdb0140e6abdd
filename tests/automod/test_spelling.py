"""Words that are none: short spelling, verlan, stars, repeated letters, slips; and words that are left alone."""

from __future__ import annotations

import pytest

from veillee.automod.spelling import EMPTY, Lexicon, squeezed, turned_round

LEXICON = Lexicon(
    known=["tu", "es", "un", "le", "salut", "demain", "nager", "prend", "refuge"],
    sharp=["connard", "salope", "pute", "batard"],
    spelling={"slt": "salut", "c koi": "c est quoi", "g": "j ai"},
    units=["g"],
    articles=["le"],
    backwards=["connard", "batard", "salope"],
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("c*nnard", "connard"), ("s*l*p*", "salope"), ("c*****d", "connard"), ("conard", "connard"), ("saiope", "salope")],
)
def test_a_disguised_word_is_the_known_one(typed: str, meant: str) -> None:
    """One star, every vowel, all but the ends; single letters for double ones; i for l."""
    assert LEXICON.healed(typed) == meant


@pytest.mark.parametrize("typed", ["demain", "c****rd", "xyz*t", "bonjour"])
def test_what_is_no_disguise_stays(typed: str) -> None:
    """A known word, a star too many, a word nobody knows."""
    assert LEXICON.healed(typed) == typed


def test_a_word_in_two_pieces_is_seen() -> None:
    """Not where both pieces are words of their own and the whole is no name that rules use."""
    assert LEXICON.doubted(["gros", "con", "nard"])
    assert LEXICON.parted("con", "nard")
    assert not LEXICON.parted("c", "onnard")
    assert not LEXICON.doubted(["un", "salut", "demain"])


def test_a_slip_of_the_finger_is_seen_in_long_words_only() -> None:
    """Two letters that changed places, or one left out."""
    assert LEXICON.slips["conanrd"] == "connard"
    assert LEXICON.slips["salpoe"] == "salope"
    assert "ptue" not in LEXICON.slips


def test_letters_become_the_fewest_known_words() -> None:
    """`tuesunconnard`; what nobody knows stays in one piece."""
    assert LEXICON.segmented("tuesunconnard") == ["tu", "es", "un", "connard"]
    assert LEXICON.segmented("xqzwvk") == ["xqzwvk"]
    assert EMPTY.segmented("salope") == ["salope"]


def test_syllables_turn_round() -> None:
    """Two syllables, with or without the letter nobody says; never three."""
    assert "tarba" in turned_round("batard")
    assert "narcon" in turned_round("connard")
    assert turned_round("abominable") == set()
    assert "tarba" in LEXICON.spelt


def test_a_letter_that_stands_for_words_stands_alone() -> None:
    """`g faim` is one; the letter of `c'est` is not."""
    assert LEXICON.lettered(["g", "faim"], "g faim")
    assert not LEXICON.lettered(["g", "est"], "g'est")


def test_doubled_letters_are_single() -> None:
    """`connard` and `conard` look the same."""
    assert squeezed("connard") == "conard"


def test_a_lexicon_grows_by_what_it_does_not_know() -> None:
    """The disguise of a new word is undone; what is known stays what it is, and nothing new changes nothing."""
    small = Lexicon(known=["bonsoir"], sharp=["pomme"], spelling={"slt": "salut"})
    assert small.wider(["pomme", "bonsoir"]) is small
    grown = small.wider(["figue"])
    assert (small.healed("f*gue"), grown.healed("f*gue"), grown.healed("p*mme")) == ("f*gue", "figue", "pomme")
    assert "bonsoir" not in grown.sharp
    assert "slt" in grown.spelt
