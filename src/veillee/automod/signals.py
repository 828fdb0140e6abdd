"""Signals: the named things that a rule's condition speaks of, and what a text shows of them.

A base signal is a list of terms (Aho-Corasick over the words), of patterns (RE2 over the words) or of raw patterns
(RE2 over the text with its punctuation). A derived signal composes others: any of them, near each other, in sequence,
except where another one stands. Everything is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from veillee.automod.learner import Learner
from veillee.automod.normalise import Skeleton
from veillee.automod.patterns import MOST, Patterns, Span, Subject

SENTENCE = 1_000
"""So many words are a sentence: whatever stands in it is near."""
_PRICE_OF_A_WORD = 25


@dataclass(frozen=True, slots=True)
class Signal:
    """One named signal. `terms`, `patterns`, `raw` make a base signal; `parts` with `how` a derived one.

    `words` is how many words may stand between parts, of one sentence unless `across`. Matches that touch one of
    `excepted`, or have it within `except_before` words before or `except_after` words after them, do not count. A
    signal with a `model` fires where that learner's score is `above` so much; its spans are the heaviest words.
    """

    name: str
    terms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    how: str = ""
    parts: tuple[str, ...] = ()
    words: int = 4
    across: bool = False
    excepted: tuple[str, ...] = ()
    except_before: int = 0
    except_after: int = 0
    glued: bool = False
    model: str = ""
    above: float = 1.0

    @property
    def base(self) -> bool:
        """Whether the signal looks at texts itself, whatever else it is made of."""
        return bool(self.terms or self.patterns or self.raw or self.model)


class Found:
    """What one text shows. `base` has every base signal that may be there: by its terms for certain, by its patterns
    perhaps. Patterns are run, and derived signals worked out, when somebody asks, once.

    Spans are in the coordinates of `text`: the words, or the words as meant where they differ.
    """

    __slots__ = (
        "_exact", "_known", "_learners", "_scores", "_tries",
        "base", "masks", "present", "signals", "skeleton", "text", "view",
    )  # fmt: skip

    def __init__(
        self,
        skeleton: Skeleton,
        signals: Mapping[str, Signal],
        view: str,
        learners: Mapping[str, Learner] | None = None,
    ) -> None:
        self.skeleton = skeleton
        self.signals = signals
        self.view = view
        self.text: str = skeleton.words if view == "words" else skeleton.unmasked
        self.base: dict[str, list[Span]] = {}
        self._tries: dict[str, list[tuple[Patterns, int, Subject, str]]] = {}
        self._known: dict[str, list[Span]] = {}
        self._exact: dict[tuple[str, Span], Span] = {}
        self._learners = learners or {}
        self._scores: dict[str, float] = {}
        self.masks: Mapping[str, tuple[int, ...]] = {}
        self.present = 0

    def settle(self, bits: Mapping[str, int], masks: Mapping[str, tuple[int, ...]]) -> Found:
        """Everything was looked for: `present` are the bits of the base signals that may be there, and `masks` say of
        each signal what it cannot fire without."""
        present = 0
        for name in self.base:
            present |= bits[name]
        self.present, self.masks = present, masks
        return self

    def joined(self, other: Found, signals: Mapping[str, Signal], without: Collection[str]) -> Found:
        """What this and another look at the same text show together, base signals of `without` left out of this one.
        To be settled anew."""
        out = Found(self.skeleton, signals, self.view, self._learners or other._learners)
        for each in (self, other):
            gone = without if each is self else ()
            out.base.update({name: spans for name, spans in each.base.items() if name not in gone})
            out._tries.update({name: tries for name, tries in each._tries.items() if name not in gone})
        return out

    def score(self, model: str) -> float:
        """What the learner of that name makes of the text, 0..1; 0 where there is no such learner."""
        known = self._scores.get(model)
        if known is None:
            learner = self._learners.get(model)
            known = self._scores[model] = learner.score(self.text.split()) if learner is not None else 0.0
        return known

    def holds(self, name: str) -> bool:
        """Whether the signal fired."""
        known = self._known.get(name)
        return bool(self.spans(name) if known is None else known)

    def spans(self, name: str) -> list[Span]:
        """The signal's spans, sorted."""
        known = self._known.get(name)
        if known is None:
            present = self.present
            for mask in self.masks.get(name, ()):
                if not present & mask:
                    known = self._known[name] = []
                    return known
            known = self._known[name] = self._work_out(self.signals[name])
        return known

    def original(self, name: str) -> Iterator[Span]:
        """The signal's spans in the original text."""
        for start, end in self.spans(name):
            exact = self._exact.get((name, (start, end)))
            yield exact or self.skeleton.span(start, end, self.view)

    def may(self, names: Sequence[str], patterns: Patterns, text: str, view: str) -> None:
        """Note the patterns that may match a text of this view, each to be run when its signal is asked for; `names`
        are the signals of the patterns."""
        subject: Subject = text.encode() if text.isascii() else text
        base, all_tries = self.base, self._tries
        for index in patterns.candidates(text, subject):
            name = names[index]
            tries = all_tries.get(name)
            if tries is not None:
                tries.append((patterns, index, subject, view))
                continue
            all_tries[name] = [(patterns, index, subject, view)]
            if name not in base:
                base[name] = []

    def moved(self, start: int, end: int, view: str) -> Span:
        """A span of another view in the coordinates of `text`."""
        if view == self.view:
            return (start, end)
        source, target, text = self.skeleton.origin(view), self._origin(), self.text
        # Without the spaces around; the last of the characters, and not the first after them, for those may be gone.
        shown: str = getattr(self.skeleton, view)
        start += shown[start] == " "
        end -= end > start + 1 and shown[end - 1] == " "
        at = bisect_left(target, source[start])
        after = bisect_right(target, source[end - 1])
        # With the spaces around, as terms and patterns have them; a place in mid-word stays where it is.
        at = min(at, len(text) - 1)
        after = max(after, at + 1)
        at -= at > 0 and text[at - 1] == " " and text[at] != " "
        return (at, after + (text[after - 1] != " " and text[after : after + 1] == " "))

    def _origin(self) -> Sequence[int]:
        return self.skeleton.origin(self.view)

    def _work_out(self, signal: Signal) -> list[Span]:
        own = self.base.get(signal.name)
        spans: list[Span] = []
        if own is not None:
            spans = list(own)
            for patterns, index, subject, view in self._tries.get(signal.name, ()):
                for start, end in patterns.spans(index, subject):
                    span = self.moved(start, end, view)
                    spans.append(span)
                    if view != self.view:
                        self._exact[signal.name, span] = self.skeleton.span(start, end, view)
        if signal.parts:
            spans.extend(self._composed(signal))
        if signal.model and self.score(signal.model) >= signal.above:
            spans.extend(self._learners[signal.model].strongest(self.text) or [(0, len(self.text))])
        if len(spans) > 1:
            spans = sorted(set(spans))[:MOST]
        for name in signal.excepted:
            if spans and (others := self.spans(name)):
                spans = [s for s in spans if not _touched(self.text, s, others, signal)]
        return spans

    def _composed(self, signal: Signal) -> Iterable[Span]:
        parts = []
        for part in signal.parts:
            spans = self.spans(part)
            if spans:
                parts.append(spans)
            elif signal.how != "any":
                return ()
        return _COMPOSE[signal.how](self.text, parts, signal.words, signal.across)


def _between(text: str, left: Span, right: Span, words: int, across: bool = False) -> bool:
    """Whether at most `words` words, and (unless `across`) no end of a sentence, stand between two spans in order."""
    start, end = left[1], right[0]
    if end < start:
        return left != right
    if end - start > (words + 1) * _PRICE_OF_A_WORD:
        return False
    gap = text[max(0, start - 1) : end + 1]
    if not across and (" . " in gap or " ? " in gap):
        return False
    return words >= SENTENCE or len(gap.split()) <= words


def _sequence(text: str, parts: list[list[Span]], words: int, across: bool) -> Iterable[Span]:
    """Spans from the first part to the last, each part following the one before within `words` words."""
    chains = parts[0]
    for following in parts[1:]:
        starts = [span[0] for span in following]
        grown = []
        for chain in chains:
            at = bisect_left(starts, chain[1] - 1)
            for candidate in following[at : at + 2]:
                if _between(text, chain, candidate, words, across):
                    grown.append((chain[0], candidate[1]))
                    break
        chains = grown
    return chains


def _near(text: str, parts: list[list[Span]], words: int, across: bool) -> Iterable[Span]:
    """Spans of the first part together with the nearest of each other part, on either side."""
    chains = parts[0]
    for others in parts[1:]:
        starts = [span[0] for span in others]
        grown = []
        for chain in chains:
            at = bisect_left(starts, chain[0])
            for candidate in (*others[at : at + 2], *others[max(0, at - 2) : at][::-1]):
                first, second = sorted((chain, candidate))
                if _between(text, first, second, words, across):
                    grown.append((first[0], max(first[1], second[1])))
                    break
        chains = grown
    return chains


def _any(_text: str, parts: list[list[Span]], _words: int, _across: bool) -> Iterable[Span]:
    return [span for spans in parts for span in spans]


_COMPOSE = {"sequence": _sequence, "near": _near, "any": _any}


def _touched(text: str, span: Span, others: list[Span], signal: Signal) -> bool:
    """Whether one of `others` overlaps the span, or stands within the words before or after it that the signal says."""
    before, after = signal.except_before, signal.except_after
    for other in others:
        if other[0] < span[1] - 1 and span[0] < other[1] - 1:
            return True
        if before and other <= span and _between(text, other, span, before):
            return True
        if after and other > span and _between(text, span, other, after):
            return True
    return False


def compose_order(signals: Mapping[str, Signal]) -> str | None:
    """The name of a signal that leads back to itself, or None when every derivation ends."""
    done: set[str] = set()
    for start in signals:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                path.pop()
                done.add(name)
                continue
            if name in path:
                return name
            if name in done or name not in signals:
                continue
            path.append(name)
            stack.append((name, True))
            stack.extend((part, False) for part in (*signals[name].parts, *signals[name].excepted))
    return None
