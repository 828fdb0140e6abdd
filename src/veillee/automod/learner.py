"""A linear model on hashed character n-grams: one signal among others, never a verdict of its own.

A text is the sum of its words, and a word the sum of its n-grams, so a word is weighed once and then remembered: about
the cost of a look-up a word. Trained offline (bench/moderation/learn.py); served from one byte a weight.
Source: feature hashing (Weinberger et al., ICML 2009); character n-grams in the manner of fastText (Bojanowski et al.,
TACL 2017); calibration by a logistic curve (Platt, 1999).
"""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NGRAMS = (3, 4, 5, 6)
PAIR = 2.0
"""What a pair of neighbouring words counts beside a word's n-gram."""
LONGEST_WORD = 16
FIRST_WORDS, LAST_WORDS = 100, 60
"""Of a longer text so many words are weighed, from its start and from its end: nobody hides behind a long beginning."""
FEWEST = 3
"""Texts of fewer words are weighed as if they had so many: one word alone says little."""
LONG = 40
"""From so many words on only their mean counts: the same harmless words said forty times are no worse for it."""
MIDDLE = 128
"""The byte that stands for a weight of nought."""
REMEMBERED = 50_000
"""Words and pairs whose weight is remembered, each; beyond that everything is forgotten at once."""

Span = tuple[int, int]


class WeightsInvalid(ValueError):
    """The weights are not those that the model card describes."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the weights mean. `scale` is one step of a byte in log-odds, `slope` and `offset` the calibration."""

    name: str
    sha256: str
    scale: float
    bias: float
    slope: float
    offset: float


def read(card: str, weights: bytes) -> Learner:
    """The model of a card (JSON) and its weights; raises `WeightsInvalid` where they cannot be used together."""
    try:
        values = json.loads(card)
        serving = values["serving"]
        numbers = [float(serving[key]) for key in ("scale", "bias", "slope", "offset")]
        told = Card(str(values["name"]), str(values["sha256"]), *numbers)
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsInvalid(f"the model card cannot be read ({error!r}); fetch it again") from error
    return Learner(told, weights)


def read_all(files: Mapping[str, tuple[str, bytes]]) -> dict[str, Learner]:
    """Every model of these cards and weights, by name; raises `WeightsInvalid`."""
    return {name: read(card, weights) for name, (card, weights) in files.items()}


def word_features(word: str, buckets: int) -> list[int]:
    """The buckets of a word: its n-grams between spaces, and the whole of it. `buckets` is a power of two."""
    framed = f" {word[:LONGEST_WORD]} ".encode()
    out = [zlib.crc32(framed) & (buckets - 1)]
    for size in NGRAMS:
        out += [zlib.crc32(framed[at : at + size]) & (buckets - 1) for at in range(len(framed) - size + 1)]
    return out


def pair_feature(first: str, second: str, buckets: int) -> int:
    """The bucket of two words side by side."""
    return zlib.crc32(f"{first[:LONGEST_WORD]} {second[:LONGEST_WORD]}".encode(), 7) & (buckets - 1)


def damping(words: int) -> float:
    """What each feature counts in a text of so many words: long texts are not worse for being long."""
    return 1.0 / math.sqrt(max(FEWEST, words)) if words <= LONG else math.sqrt(LONG) / words


def weighed(words: list[str]) -> list[str]:
    """The words of a text that are weighed: all, or the first and the last."""
    return words if len(words) <= FIRST_WORDS + LAST_WORDS else words[:FIRST_WORDS] + words[-LAST_WORDS:]


class Learner:
    """Weighs texts. Safe to share between threads: what it remembers are pure results."""

    def __init__(self, card: Card, weights: bytes) -> None:
        """Raises `WeightsInvalid` for weights that the card does not name, or of a length that is no power of two."""
        buckets = len(weights)
        if buckets < 2 or buckets & (buckets - 1):
            raise WeightsInvalid(f"{card.name}: {buckets} weights; a power of two is needed")
        if hashlib.sha256(weights).hexdigest() != card.sha256:
            raise WeightsInvalid(f"{card.name}: the weights are not those of the card; fetch both files again")
        self.card = card
        self._weights = weights
        self._buckets = buckets
        self._words: dict[str, int] = {}
        self._pairs: dict[tuple[str, str], int] = {}

    def score(self, words: list[str]) -> float:
        """How likely a text of these plain words is what the model was taught, 0..1. Deterministic."""
        card = self.card
        words = weighed(words)
        known, pairs = self._words, self._pairs
        total, before = 0, ""
        for word in words:
            weight = known.get(word)
            total += self._weigh(word) if weight is None else weight
            if before:
                pair = pairs.get((before, word))
                total += self._weigh_pair(before, word) if pair is None else pair
            before = word
        odds = card.bias + total * card.scale * damping(len(words))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, card.slope * odds + card.offset))))

    def strongest(self, text: str, most: int = 3) -> list[Span]:
        """Where the words stand that weigh most for the answer, heaviest first; nothing where none does."""
        places = [(self._weigh(word), (start, start + len(word))) for word, start in _placed(text)]
        heavy = sorted((place for place in places if place[0] > 0), key=lambda place: (-place[0], place[1]))
        return [span for _, span in heavy[:most]]

    def _weigh(self, word: str) -> int:
        weights = self._weights
        weight = sum([weights[at] - MIDDLE for at in word_features(word, self._buckets)])
        if len(self._words) >= REMEMBERED:
            self._words.clear()
        self._words[word] = weight
        return weight

    def _weigh_pair(self, first: str, second: str) -> int:
        weight = round(PAIR * (self._weights[pair_feature(first, second, self._buckets)] - MIDDLE))
        if len(self._pairs) >= REMEMBERED:
            self._pairs.clear()
        self._pairs[first, second] = weight
        return weight


def _placed(text: str) -> Iterator[tuple[str, int]]:
    at = 0
    for word in text.split(" "):
        if word:
            yield word, at
        at += len(word) + 1
