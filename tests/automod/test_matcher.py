"""The matcher: what it looks for at once, and the learners it may ask."""

from __future__ import annotations

import hashlib

import pytest

from veillee.automod.engine import Engine
from veillee.automod.learner import MIDDLE, Card, Learner, word_features
from veillee.automod.matcher import Matcher
from veillee.automod.normalise import Skeleton
from veillee.automod.ruleset import RulesetInvalid, load
from veillee.automod.signals import Signal
from veillee.model.verdict import Action, Facts

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


def test_what_cannot_be_there_is_never_worked_out() -> None:
    """`present` has a bit for each base signal of the text; a composition without one of its parts is not tried."""
    signals = [Signal("a", terms=("sel",)), Signal("b", terms=("poivre",)), Signal("ab", how="near", parts=("a", "b"))]
    matcher = Matcher(signals)
    found = matcher.find(Skeleton("du sel"))
    assert found.present == matcher.bits["a"]
    assert [name for name in ("a", "b", "ab") if all(found.present & mask for mask in matcher.masks[name])] == ["a"]
    assert not found.holds("ab")
    assert matcher.find(Skeleton("du sel et du poivre")).holds("ab")
