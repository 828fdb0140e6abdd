"""What a word that is no word stands for: short spelling, verlan, stars, repeated letters, slips of the finger.

The packs say which words there are (`Lexicon`); everything else here is worked out from them. A word that is known is
never touched, so that a clean line stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

_VOWELS = frozenset("aeiouy")
_SILENT = "dts"
_ONSETS = frozenset(re.findall("..", "blbrchclcrdrflfrglgngrguphplprqutr"))
_SYLLABLES = re.compile(r"([^aeiouy]*[aeiouy]+)([^aeiouy]+)([aeiouy]+[^aeiouy]*)$")
_MISSPELT = 7
"""Letters from which a word may be recognised with a letter left out."""
_TURNED = 6
"""Letters from which a word may be recognised with two letters that changed places."""
_SPLIT = 5
"""Letters from which a word is recognised in two pieces."""
_PIECE = 24
_LONGEST_RUN = 240
_REMEMBERED = 4_000
_PRICE_UNKNOWN = 1.3
_PRICES = {1: 2.5, 2: 2.4, 3: 1.8}
"""What a known word of so many letters costs in a run of letters; 1 for longer ones: few and long ones are right."""
_MARKS = frozenset('.?"')

Phrase = tuple[tuple[str, ...], tuple[str, ...]]
"""Words that follow the first, and what all of them together mean."""


class Lexicon:
    """The words of the packs. `known` are words as they should be; `sharp` those that rules look for themselves;
    `spelling` maps what people type (one word or several) to what they mean; `units` are short words that stand for
    themselves after a number or one of `articles`; `backwards` are words whose syllables may be turned round."""

    def __init__(
        self,
        known: Iterable[str] = (),
        sharp: Iterable[str] = (),
        spelling: Mapping[str, str] | None = None,
        units: Iterable[str] = (),
        articles: Iterable[str] = (),
        backwards: Iterable[str] = (),
        wanted: Iterable[str] = (),
    ) -> None:
        self._spelling = dict(spelling or {})
        self.sharp = frozenset(sharp)
        self._wanted = self.sharp.union(wanted)
        self.known = self._wanted.union(known, _MARKS)
        self.empty = len(self.known) == len(_MARKS)
        self.units = frozenset(units)
        self.articles = frozenset(articles)
        self._first = frozenset(backwards)
        self._healed: dict[str, str] = {}
        turned = {verlan: word for word in sorted(self._first) for verlan in turned_round(word)}
        told = {**{verlan: word for verlan, word in turned.items() if verlan not in self.known}, **(spelling or {})}
        phrases: dict[str, list[Phrase]] = {}
        for typed, meant in told.items():
            first, *rest = typed.split()
            phrases.setdefault(first, []).append((tuple(rest), tuple(meant.split())))
        self.phrases = {first: tuple(sorted(ways, key=lambda w: -len(w[0]))) for first, ways in phrases.items()}
        self.spelt = tuple(typed for typed, meant in told.items() if len(typed) > 1 and typed != meant)
        self._letters = frozenset(typed for typed in told if len(typed) == 1)

    def wider(self, sharp: Iterable[str]) -> Lexicon:
        """The same with more words that rules look for; itself where it knows them all, as what they are to it."""
        if not (more := frozenset(sharp) - self.known):
            return self
        return Lexicon(
            self.known, self.sharp | more, self._spelling, self.units, self.articles, self._first, self._wanted
        )  # fmt: skip

    def lettered(self, words: Sequence[str], lower: str) -> bool:
        """Whether a letter that stands for a word stands alone in a lowered text: `c quoi`, and not `c'est`."""
        if self._letters.isdisjoint(words):
            return False
        letters = self._letters.intersection(words)
        return any(f" {letter} " in lower or lower.startswith(f"{letter} ") for letter in letters)

    def _rank(self, word: str) -> tuple[bool, bool, bool, str]:
        """Words that rules look for come before words that only stand around them."""
        return (word not in self._first, word not in self.sharp, word not in self._wanted, word)

    def doubted(self, words: Sequence[str]) -> bool:
        """Whether one of the words is unknown, and a word in two pieces or with a slip in it."""
        known = self.known
        unknown = [at for at, word in enumerate(words) if word not in known]
        if not unknown:
            return False
        slips, last = self.slips, len(words) - 1
        for at in unknown:
            word = words[at]
            if word in slips:
                return True
            if len(word) > 1 and (
                (at and self.parted(words[at - 1], word)) or (at < last and self.parted(word, words[at + 1]))
            ):
                return True
        return False

    def parted(self, one: str, other: str) -> bool:
        """Whether these two are pieces of one word that rules look for, and not both words of their own."""
        whole = one + other
        if whole not in self._whole or len(one) < 2 or len(other) < 2:
            return False
        return whole in self._first or not (one in self.known and other in self.known)

    @cached_property
    def _whole(self) -> frozenset[str]:
        """Words recognised in two pieces."""
        return frozenset(word for word in self._wanted if len(word) >= _SPLIT)

    @cached_property
    def slips(self) -> dict[str, str]:
        """Long words that rules name, as a finger slips: two letters inside changed places, or one left out."""
        slips: dict[str, str] = {}
        for word in sorted(self.sharp, key=self._rank, reverse=True):
            if len(word) >= _TURNED:
                slips.update(
                    {word[:at] + word[at + 1] + word[at] + word[at + 2 :]: word for at in range(1, len(word) - 2)}
                )
            if len(word) >= _MISSPELT and word in self._first:
                slips.update({word[:at] + word[at + 1 :]: word for at in range(1, len(word) - 1)})
        return {slip: word for slip, word in slips.items() if slip not in self.known}

    @cached_property
    def _shapes(self) -> dict[tuple[int, str], list[str]]:
        """Words by length and first letter, those that rules look for first."""
        shapes: dict[tuple[int, str], list[str]] = {}
        for word in sorted(self.known, key=self._rank):
            if len(word) >= 4 and word.isalpha():
                shapes.setdefault((len(word), word[0]), []).append(word)
        return shapes

    @cached_property
    def _thin(self) -> dict[str, str]:
        """Words by what is left of them with every letter single."""
        thin: dict[str, str] = {}
        for word in sorted(self.known, key=self._rank):
            thin.setdefault(squeezed(word), word)
        return thin

    def starred(self, word: str) -> str:
        """The word that stars hide (one, vowels only, or all but the ends), or the word as it is."""
        for whole in self._shapes.get((len(word), word[0]), ()):
            if all(typed in ("*", letter) for typed, letter in zip(word, whole, strict=True)):
                hidden = [letter for typed, letter in zip(word, whole, strict=True) if typed == "*"]
                if len(hidden) == 1 or _VOWELS.issuperset(hidden) or len(hidden) == len(word) - 2:
                    return whole
        return word

    def healed(self, word: str) -> str:
        """A word that was disguised as the known word it must be, or as it is."""
        if self.empty or word in self.known:
            return word
        if "*" in word:
            whole = self._healed.get(word)
            if whole is None:
                whole = self.starred(word)
                if len(self._healed) < _REMEMBERED:
                    self._healed[word] = whole
            return whole
        thin = squeezed(word)
        found = self._thin.get(thin)
        if found is None and "i" in word and len(word) <= _PIECE:  # 1, ! and | are read as i, and may be l
            for other in (word.replace("i", "l"), *_one_by_one(word, "i", "l")):
                if other in self.known:
                    return other
        return found if found is not None and len(thin) > 2 else word

    def segmented(self, run: str) -> list[str]:
        """Letters that lost their spaces as the fewest known words; the run itself where little of it is known."""
        if self.empty or run in self.known or len(run) > _LONGEST_RUN:
            return [run]
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(run) + 1):
            ways = [(best[end - 1][0] + _PRICE_UNKNOWN, end - 1)]
            ways += [
                (best[start][0] + _PRICES.get(end - start, 1.0), start)
                for start in range(max(0, end - _PIECE), end)
                if run[start:end] in self.known
            ]
            best.append(min(ways))
        pieces: list[str] = []
        end = len(run)
        strange = False
        while end:
            start = best[end][1]
            piece = run[start:end]
            unknown = len(piece) == 1 or piece not in self.known
            if unknown and strange:
                pieces[-1] = piece + pieces[-1]
            else:
                pieces.append(piece)
            strange, end = unknown, start
        return pieces[::-1]


EMPTY = Lexicon()


def _one_by_one(word: str, old: str, new: str) -> Iterable[str]:
    return (word[:at] + new + word[at + 1 :] for at, c in enumerate(word) if c == old)


def squeezed(term: str) -> str:
    """The term with doubled letters single (`connard` → `conard`): repetition in a text is undone to one letter."""
    return "".join([c for i, c in enumerate(term) if i == 0 or c != term[i - 1] or not c.isalpha()])


def turned_round(word: str) -> set[str]:
    """The verlan of a word of two syllables (`bâtard` → `tarba`); empty for any other."""
    found = _SYLLABLES.match(word)
    if found is None or not word.isalpha() or not 4 <= len(word) <= 9:
        return set()
    head, middle, tail = found.groups()
    cut = len(middle) - (2 if middle[-2:] in _ONSETS else 1)
    first, second = head + middle[:cut], middle[cut:] + tail
    ways = {second + first}
    if second[-1] in _SILENT:
        ways.add(second[:-1] + first)
    return {way for way in ways if len(way) >= 4 and way != word}
