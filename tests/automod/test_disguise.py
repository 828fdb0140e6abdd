"""A text read as it was meant; every word knows where it came from."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.automod.disguise import masked, read
from veillee.automod.letters import lowered
from veillee.automod.spelling import EMPTY, Lexicon

KNOWN = "je t aime tu es un une gros vais te fini demain et le toi tous"
LEXICON = Lexicon(
    known=KNOWN.split(),
    sharp=["connard", "salope", "pute", "batard", "connasse"],
    spelling={"slt": "salut", "jtm": "je t aime", "c koi": "c est quoi", "g": "j ai", "t": "t es"},
    units=["g"],
    articles=["le"],
    backwards=["connard", "batard", "salope"],
)


def meant(text: str) -> str:
    """The words that the text means."""
    return " ".join(word for word, _ in read(lowered(text), LEXICON)[1])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("slt jtm", "salut je t aime"),
        ("c koi", "c est quoi"),
        ("g 15 ans, 5 g, le g", "j ai 15 ans 5 g le g"),
        ("t'es un c0nn4rd", "t es un connard"),
        ("7'35 un3 c0nn4553", "t es une connasse"),
        ("s a l o p e v a i s", "salope vais"),
        ("s a l o p e   v a i s", "salope vais"),
        ("gros con nard", "gros connard"),
        ("conn.ard fini.demain", "connard fini . demain"),
        ("« gros c*nnard » ?", '" gros connard " ?'),
        ("sale tarba", "sale batard"),
        ("toi...saaalope", "toi . . . salope"),
    ],
)
def test_a_text_is_read_as_it_was_meant(typed: str, words: str) -> None:
    """Short spelling, leet, letters apart, words in two, stars, quotation, verlan, repetition."""
    assert meant(typed) == words


@pytest.mark.parametrize("typed", ["r e f u g e", "5 g de sucre", "l'été, c'est tout"])
def test_letters_are_not_taken_for_short_spelling(typed: str) -> None:
    """Letters of a word spelt out, units and elided letters stand for themselves."""
    assert "j ai" not in meant(typed)
    assert "est est" not in meant(typed)


@given(st.text(alphabet="aeo01*.-' _!\"?gtslpucnrd ", max_size=60))
def test_places_are_inside_and_in_order(text: str) -> None:
    """Every character of every word leads to a place of the text, and they follow one another."""
    lower = lowered(text)
    for words in read(lower, LEXICON):
        previous = 0
        for word, places in words:
            assert len(word) == len(places)
            for place in places:
                assert previous <= place < len(lower)
                previous = place


@pytest.mark.parametrize("typed", ["15ans", "peut-être", "aujourd'hui", "20h30"])
def test_ordinary_writing_is_no_mask(typed: str) -> None:
    """Numbers, hyphens and apostrophes."""
    assert not masked(lowered(typed))


@pytest.mark.parametrize("piece", ["}.a", "-*a", "s.a.l.o.p.e-", "ss\\", "'a", "a'", " s a l", "g 15 ", "c0nn4rd "])
def test_long_disguises_cost_in_proportion(piece: str) -> None:
    """A fuzzer once found 100 ms in a chunk of 4 kB without spaces, and a recursion in 1,000 apostrophes."""

    def cost(length: int) -> float:
        text = (piece * length)[:length]
        best = 1.0
        for _ in range(3):
            started = time.perf_counter()
            read(text, LEXICON)
            best = min(best, time.perf_counter() - started)
        return best

    assert cost(4_000) < 30 * max(cost(400), 0.0004)


def test_without_a_lexicon_signs_are_undone_and_words_left() -> None:
    """As names are compared."""
    assert [word for word, _ in read("s.a.l.0.p.e slt", EMPTY)[1]] == ["salope", "slt"]
