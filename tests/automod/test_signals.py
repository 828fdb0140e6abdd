"""Signals: terms, patterns, and what they compose to."""

from __future__ import annotations

import hashlib

import pytest

from veillee.automod.engine import Engine
from veillee.automod.learner import MIDDLE, Card, Learner, word_features
from veillee.automod.normalise import Skeleton
from veillee.automod.ruleset import RulesetInvalid, load
from veillee.automod.signals import Found, Matcher, Signal, compose_order
from veillee.automod.spelling import squeezed
from veillee.model.verdict import Action, Facts


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


PACK = """
signals:
  praise: {terms: [bravo]}
rules:
  - {id: fr.spam.alone, version: 1, category: spam, action: warn, reason: r, source: s, condition: nasty,
     signals: {nasty: {model: toy, above: 0.9}}, must_catch: [a], must_pass: [b]}
  - {id: fr.spam.both, version: 1, category: spam, action: hold, reason: r, source: s, condition: meant,
     signals: {rude: {model: toy, above: 0.6}, you: {terms: [toi]}, meant: {near: [rude, you], words: 2}},
     must_catch: [a], must_pass: [b]}
"""


def toy() -> Learner:
    """A learner for which `vilain` is bad and `minable` less so."""
    weights = bytearray([MIDDLE]) * 4096
    weights[word_features("vilain", 4096)[0]] += 16
    weights[word_features("minable", 4096)[0]] += 3
    return Learner(Card("toy", hashlib.sha256(weights).hexdigest(), 1.0, -1.0, 1.0, 0.0), bytes(weights))


@pytest.mark.parametrize(
    ("text", "refs", "spans"),
    [
        ("tu es un vilain", ["fr.spam.alone@1"], [(9, 15)]),
        ("minable, toi", ["fr.spam.both@1"], [(0, 12)]),
        ("minable, bon", [], []),
        ("bravo toi", [], []),
    ],
)
def test_a_learner_is_one_signal_among_others(text: str, refs: list[str], spans: list[tuple[int, int]]) -> None:
    """Alone it fires above its bound; beside another signal a lower bound will do; the heaviest words are shown."""
    verdict, _ = Engine(load({"fr/toy.yaml": PACK}, {"toy": toy()})).screen(Facts(text))
    assert list(verdict.rules) == refs
    assert list(verdict.spans) == spans


def test_without_a_learner_its_signals_never_fire() -> None:
    """The service is whole without any model."""
    assert Engine(load({"fr/toy.yaml": PACK})).screen(Facts("tu es un vilain"))[0].action is Action.ALLOW


@pytest.mark.parametrize(("wrong", "says"), [("above: 7", "no share"), ("model: tony", "asks the model `tony`")])
def test_a_signal_of_a_learner_says_what_is_wrong(wrong: str, says: str) -> None:
    """A bound that is no share, and a model that does not exist, are refused with the line."""
    pack = PACK.replace(
        "above: 0.9" if "above" in wrong else "model: toy, above: 0.9",
        wrong if "above" in wrong else f"{wrong}, above: 0.9",
    )
    with pytest.raises(RulesetInvalid, match=says):
        load({"fr/toy.yaml": pack}, {"toy": toy()})


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
