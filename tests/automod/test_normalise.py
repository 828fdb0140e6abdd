"""Disguise is undone, and every offset leads back to the characters it came from."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.automod.normalise import Skeleton, look_alike, plain_words, skeleton

TEXTS = st.text(alphabet=st.characters(), max_size=80) | st.text(
    alphabet="aàeé̀\u200bœßпаѕ1!*. -_'\n«»ɴ𝐚Ａ€", max_size=40
)


@pytest.mark.parametrize(
    "typed",
    [
        "salope", "SALOPE", "sälöpé", "s4l0pe", "s.a.l.o.p.e", "s a l o p e", "S-A-L-O-P-E", "saaaalope",
        "ｓａｌｏｐｅ", "ѕаlоре", "sa\u200blope", "s\u0301alope", "𝓼𝓪𝓵𝓸𝓹𝓮",
        "ꜱᴀʟᴏᴘᴇ", "5alope", "s@l0pe", "sal_ope", "🅂🄰🄻🄾🄿🄴",
    ],
)  # fmt: skip
def test_disguises_come_down_to_the_word(typed: str) -> None:
    """Case, accents, leet, dots, spaces, repetition, full width, look-alikes, invisible characters, fancy letters."""
    assert Skeleton(typed).unmasked == " salope "


def test_stars_stay_for_the_terms_to_fill() -> None:
    """A starred letter is kept as a star: which word it hides is for the terms to say."""
    assert Skeleton("s*lope").unmasked == " s*lope "


@pytest.mark.parametrize("typed", ["15ans", "20h30", "50€ le kilo", "Julie13", "peut-être", "aujourd'hui", "2 fois"])
def test_ordinary_words_are_not_taken_for_a_disguise(typed: str) -> None:
    """Numbers, hours, prices, hyphens and apostrophes are no masks."""
    assert not Skeleton(typed).masked


@given(TEXTS)
def test_offsets_are_exact(text: str) -> None:
    """Every character of each view leads to an original character that yields it, in order."""
    whole = Skeleton(text)
    for view in ("lower", "words", "unmasked"):
        seen = getattr(whole, view)
        previous = 0
        for at, character in enumerate(seen):
            if character == " ":
                continue
            start, end = whole.span(at, at + 1, view)
            assert 0 <= start < end <= len(text)
            assert start >= previous
            previous = start
            if view != "unmasked":
                assert character in f"{Skeleton(text[start]).lower}{Skeleton(text[start]).words}"


@given(TEXTS)
def test_the_fast_way_is_the_slow_way(text: str) -> None:
    """The views made in one pass are as long as the maps made character by character."""
    whole = Skeleton(text)
    assert "".join(whole._pieces) == whole.lower
    assert len(whole._words_origin) == len(whole.words)
    assert not whole.masked or len(whole.unmasked) == max(1, len(whole._unmasked_origin))


def test_pseudonyms_are_split_where_they_turn() -> None:
    """`NiceCat42` is read as three words; its offsets still lead to what was typed."""
    name = Skeleton("NiceCat42", split_names=True)
    assert name.words == " nice cat 42 "
    assert name.span(6, 9) == (4, 7)


@pytest.mark.parametrize(
    ("one", "other"), [("AIice", "Alice"), ("аdmin", "admin"), ("Adm1n", "ADMIN"), ("Zoé", "zoe"), ("ｌune", "Lune")]
)
def test_names_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    """A pseudonym that could be taken for another is recognised."""
    assert skeleton(one) == skeleton(other)
    assert look_alike(one, other)


@pytest.mark.parametrize(("one", "other"), [("Lune42", "Lune43"), ("Ana", "Anna"), ("محمد", "فاطم")])
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    """Numbers, doubled letters and other scripts make different names."""
    assert not look_alike(one, other)


def test_terms_are_read_as_they_are_looked_for() -> None:
    """A term of a pack loses its accents and punctuation like any text."""
    assert plain_words("Nique-ta-mère") == "nique ta mere"


@pytest.mark.parametrize("piece", ["a", "a ", "a.", "*", "e\u0301", "œ", "p.u.t.e ", "\u200b", "ꜱ"])
def test_time_grows_with_the_length_only(piece: str) -> None:
    """Twenty times the text costs at most some sixty times the time, whatever it is made of."""

    def cost(count: int) -> float:
        text = piece * count
        best = 1.0
        for _ in range(3):
            started = time.perf_counter()
            view = Skeleton(text)
            _ = view.words, view.unmasked, view._words_origin
            best = min(best, time.perf_counter() - started)
        return best

    assert cost(4_000) < 60 * max(cost(200), 0.0005)
