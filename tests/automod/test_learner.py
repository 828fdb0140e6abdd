"""The linear model: what it adds up, what it remembers, which weights it refuses."""

from __future__ import annotations

import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.automod.learner import (
    FIRST_WORDS,
    LAST_WORDS,
    MIDDLE,
    PAIR,
    Card,
    Learner,
    WeightsInvalid,
    damping,
    pair_feature,
    read,
    word_features,
)

BUCKETS = 1 << 12


def learner(raised: dict[int, int], bias: float = 0.0, slope: float = 1.0, offset: float = 0.0) -> Learner:
    """A model in which only these buckets weigh anything, one step a log-odd."""
    weights = bytearray([MIDDLE]) * BUCKETS
    for bucket, weight in raised.items():
        weights[bucket] = MIDDLE + weight
    return Learner(Card("toy", hashlib.sha256(weights).hexdigest(), 1.0, bias, slope, offset), bytes(weights))


def odds(score: float) -> float:
    """The log-odds of a probability."""
    return math.log(score / (1 - score))


def test_a_text_is_the_sum_of_its_words() -> None:
    """Each time a heavy word stands there it counts, damped by the length of the text."""
    heavy = learner({word_features("vilain", BUCKETS)[0]: 3}, bias=-1.0)
    assert odds(heavy.score(["vilain", "vilain"])) == pytest.approx(-1.0 + 6 * damping(2), abs=0.02)
    assert odds(heavy.score(["gentil"])) == pytest.approx(-1.0)


def test_a_pair_counts_where_its_words_stand_side_by_side() -> None:
    """`sale` before `type` weighs; apart they do not."""
    heavy = learner({pair_feature("sale", "type", BUCKETS): 2})
    assert odds(heavy.score(["sale", "type"])) == pytest.approx(PAIR * 2 * damping(2))
    assert odds(heavy.score(["type", "sale"])) == pytest.approx(0.0)


def test_parts_of_a_word_are_recognised_in_words_never_seen() -> None:
    """An ending that weighs makes every word with it weigh."""
    ending = learner({word_features("xxard", BUCKETS)[-1]: 4})
    assert ending.score(["xxard"]) > 0.5


def test_the_calibration_bends_the_answer() -> None:
    """Slope and offset of the card are applied to the log-odds."""
    assert odds(learner({}, bias=1.0, slope=2.0, offset=-0.5).score([])) == pytest.approx(1.5)


def test_what_weighed_most_is_shown() -> None:
    """The heaviest words come first, with their places in the text; light ones are not named."""
    heavy = learner({word_features("pire", BUCKETS)[0]: 3, word_features("mal", BUCKETS)[0]: 1})
    assert heavy.strongest(" mal et pire ") == [(8, 12), (1, 4)]


def test_weights_must_be_those_of_the_card() -> None:
    """One changed byte, or half a file, is refused by name."""
    good = learner({})
    with pytest.raises(WeightsInvalid, match="toy: the weights are not those of the card"):
        Learner(good.card, bytes([7]) * BUCKETS)
    with pytest.raises(WeightsInvalid, match="power of two"):
        Learner(good.card, bytes(BUCKETS - 1))


@pytest.mark.parametrize("card", ["", "[]", '{"name": "toy", "sha256": "x"}', '{"serving": {"scale": "much"}}'])
def test_a_broken_card_is_refused(card: str) -> None:
    """A card that does not say how its weights are served is refused with the remedy."""
    with pytest.raises(WeightsInvalid, match=r"model card cannot be read .* fetch it again"):
        read(card, bytes([MIDDLE]) * BUCKETS)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=60))
def test_the_same_text_has_the_same_score(words: list[str]) -> None:
    """Always a probability, whatever the words, and the same when asked again."""
    one = learner({1: 20, 2: -20}, bias=-3)
    first = one.score(words)
    assert 0.0 < first < 1.0
    assert one.score(words) == first == learner({1: 20, 2: -20}, bias=-3).score(words)


def test_repetition_of_a_long_text_changes_nothing() -> None:
    """Beyond some forty words the mean counts: a line said again and again scores as it did."""
    mild = learner({word_features("vent", BUCKETS)[0]: 1}, bias=-1.0)
    assert mild.score(["vent"] * 80) == pytest.approx(mild.score(["vent"] * 120))


def test_a_flood_of_words_is_read_at_both_ends() -> None:
    """Of a very long text the start and the end are weighed, and what lies between changes nothing."""
    heavy = learner({word_features("vilain", BUCKETS)[0]: 3})
    calm = ["bien"] * (FIRST_WORDS + LAST_WORDS)
    assert heavy.score([*calm, "vilain"]) > heavy.score(calm)
    assert heavy.score([*calm, "vilain", *calm]) == heavy.score(calm)
