"""Signals: the named things that a rule's condition speaks of, and the one matcher that finds them all.

A base signal is a list of terms (Aho-Corasick over the words), of patterns (RE2 over the words) or of raw patterns
(RE2 over the text with its punctuation). A derived signal composes others: any of them, near each other, in sequence,
except where another one stands. Everything is linear in the length of the text.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import ahocorasick
import re2

from veillee.automod.normalise import Skeleton

Span = tuple[int, int]

MEMORY = 128 << 20
"""Bytes that the automaton of all patterns may take; RE2 answers nothing when it has too little."""
MOST = 64
"""Matches of one signal looked at in one text: a flood of one word says no more than a few of them."""
_VOWELS = frozenset("aeiouy")
_PRICE_OF_A_WORD = 25
_LONG = 7
_GLUED = 9


@dataclass(frozen=True, slots=True)
class Signal:
    """One named signal. `terms`, `patterns`, `raw` make a base signal; `parts` with `how` a derived one.

    `words` is how many words may stand between parts, of one sentence unless `across`. Matches that touch one of
    `excepted`, or stand within `except_words` words of it, do not count.
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
    except_words: int = 0
    glued: bool = False


@dataclass(slots=True)
class Found:
    """What one text shows: spans per view and signal, derived ones worked out when asked and then kept."""

    skeleton: Skeleton
    signals: Mapping[str, Signal]
    views: tuple[str, ...]
    base: dict[str, list[list[Span]]] = field(default_factory=dict)
    _derived: dict[str, list[list[Span]]] = field(default_factory=dict)

    def holds(self, name: str) -> bool:
        """Whether the signal fired in any view."""
        return any(self.spans(name))

    def spans(self, name: str) -> list[list[Span]]:
        """The signal's spans, a list for each view, in the coordinates of the view, sorted."""
        known = self._derived.get(name)
        if known is None:
            known = self._derived[name] = self._work_out(self.signals[name])
        return known

    def original(self, name: str) -> Iterator[Span]:
        """The signal's spans in the original text."""
        for view, spans in zip(self.views, self.spans(name), strict=True):
            for start, end in spans:
                yield self.skeleton.span(start, end, view)

    def _work_out(self, signal: Signal) -> list[list[Span]]:
        own = [sorted(set(spans))[:MOST] for spans in self.base.get(signal.name, [[] for _ in self.views])]
        out = []
        for index, view in enumerate(self.views):
            text: str = getattr(self.skeleton, view)
            spans = own[index]
            if signal.parts:
                parts = [self.spans(part)[index] for part in signal.parts]
                spans = sorted({*spans, *_COMPOSE[signal.how](text, parts, signal.words, signal.across)})[:MOST]
            for name in signal.excepted:
                if spans and (others := self.spans(name)[index]):
                    spans = [s for s in spans if not _touched(text, s, others, signal.except_words)]
            out.append(spans)
        return out


def _between(text: str, left: Span, right: Span, words: int, across: bool = False) -> bool:
    """Whether at most `words` words, and (unless `across`) no end of a sentence, stand between two spans in order."""
    start, end = left[1], right[0]
    if end < start:
        return left != right
    if end - start > (words + 1) * _PRICE_OF_A_WORD:
        return False
    gap = text[max(0, start - 1) : end + 1]
    return (across or (" . " not in gap and " ? " not in gap)) and len(gap.split()) <= words


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


def _touched(text: str, span: Span, others: list[Span], words: int) -> bool:
    """Whether one of `others` overlaps the span, or stands within `words` words of it."""
    for other in others:
        if other[0] < span[1] - 1 and span[0] < other[1] - 1:
            return True
        if words:
            first, second = sorted((span, other))
            if _between(text, first, second, words):
                return True
    return False


def starred(term: str) -> set[str]:
    """A single word with letters hidden by stars: one, every vowel, or all but the ends (`p*te`, `f**k`)."""
    if " " in term or len(term) < 4 or not term.isalpha():
        return set()
    ways = {term[:at] + "*" + term[at + 1 :] for at in range(1, len(term) - (len(term) < 5))}
    ways.add(term[0] + "".join("*" if c in _VOWELS else c for c in term[1:]))
    ways.add(term[0] + "*" * (len(term) - 2) + term[-1])
    return ways


def squeezed(term: str) -> str:
    """The term with doubled letters single (`connard` → `conard`): repetition in a text is undone to one letter."""
    out = [c for i, c in enumerate(term) if i == 0 or c != term[i - 1] or not c.isalpha()]
    return "".join(out)


class Matcher:
    """All base signals of a ruleset in one automaton and two sets. Built once, then only read."""

    def __init__(self, signals: Iterable[Signal], vocabulary: Iterable[str] = ()) -> None:
        self.signals = {signal.name: signal for signal in signals}
        known = {word for signal in self.signals.values() for term in signal.terms for word in term.split()}
        self._starred = {hidden: word for word in sorted({*known, *vocabulary}) for hidden in starred(word)}
        terms: dict[str, set[str]] = {}
        glued: dict[str, set[str]] = {}
        words: list[tuple[str, str]] = []
        raw: list[tuple[str, str]] = []
        for signal in self.signals.values():
            for term in signal.terms:
                prefix = term.endswith("*")
                bare = term.rstrip("*")
                end = "" if prefix else " "
                thin = squeezed(bare)
                forms = {bare, thin} if len(thin) >= 5 else {bare}
                packed = bare.replace(" ", "")
                if " " in bare and len(packed) >= _GLUED:
                    forms.add(packed)
                for form in forms:
                    terms.setdefault(f" {form}{end}", set()).add(signal.name)
                if signal.glued and len(packed) >= 6:
                    glued.setdefault(packed, set()).add(signal.name)
            words.extend((_framed(pattern), signal.name) for pattern in signal.patterns)
            raw.extend((pattern, signal.name) for pattern in signal.raw)
        self._terms = _automaton(terms)
        self._glued = _automaton(glued)
        self._words = _Patterns(words)
        self._raw = _Patterns(raw)

    def find(self, skeleton: Skeleton, *, pseudonym: bool = False) -> Found:
        """Every base signal that fires in the text."""
        views = ("words", "unmasked") if skeleton.masked else ("words",)
        if skeleton.masked:
            skeleton.fill(self._starred)
        found = Found(skeleton, self.signals, views)
        base = found.base
        for index, view in enumerate(views):
            text: str = getattr(skeleton, view)
            if self._terms is not None:
                for last, (names, length) in self._terms.iter(text):
                    for name in names:
                        _slot(base, name, views)[index].append((last + 1 - length, last + 1))
            for name, spans in self._words.find(text):
                _slot(base, name, views)[index].extend(spans)
        for name, spans in self._raw.find(skeleton.lower):
            slot = _slot(base, name, views)[0]
            for start, end in spans:
                first, last = skeleton.span(start, end, "lower")
                slot.append((skeleton.place(first), max(skeleton.place(last), skeleton.place(first) + 1)))
        if skeleton.masked and self._glued is not None:
            for start, end in _joined(skeleton):
                for last, (names, length) in self._glued.iter(skeleton.unmasked, start, end):
                    for name in names if last + 1 - length == start else ():
                        _slot(base, name, views)[1].append((start - 1, last + 2))
        if pseudonym and self._glued is not None:
            pieces = skeleton.unmasked.split()
            edges = {0, *itertools.accumulate(map(len, pieces))}  # not inside a word: `snigger`, `salopette`
            whole = (0, len(skeleton.words))
            for last, (names, length) in self._glued.iter("".join(pieces)):
                whole_words = last + 1 - length in edges and (last + 1 in edges or length > _LONG)
                for name in names if whole_words else ():
                    _slot(base, name, views)[0].append(whole)
        return found


def _framed(pattern: str) -> str:
    """A pattern between words; `^…$` is the whole text but for punctuation."""
    if pattern.startswith("^") and pattern.endswith("$"):
        return f'^ (?:[.?"] )*(?:{pattern[1:-1]})(?: [.?"])* $'
    return f" (?:{pattern}) "


def _joined(skeleton: Skeleton) -> Iterator[Span]:
    """Long words of `unmasked` that nobody wrote in one piece: `n i q u e t a …` has lost its spaces."""
    written, at = set(skeleton.words.split()), 1
    for word in skeleton.unmasked.split():
        if len(word) >= _LONG and word not in written:
            yield (at, at + len(word))
        at += len(word) + 1


def _slot(base: dict[str, list[list[Span]]], name: str, views: Sequence[str]) -> list[list[Span]]:
    slot = base.get(name)
    if slot is None:
        slot = base[name] = [[] for _ in views]
    return slot


def _automaton(terms: Mapping[str, set[str]]) -> ahocorasick.Automaton | None:
    if not terms:
        return None
    automaton = ahocorasick.Automaton()
    for term, names in terms.items():
        automaton.add_word(term, (tuple(sorted(names)), len(term)))
    automaton.make_automaton()
    return automaton


class _Patterns:
    """Many patterns looked for at once; the places are worked out only for those that hit."""

    def __init__(self, patterns: Sequence[tuple[str, str]]) -> None:
        options = re2.Options()
        options.max_mem = MEMORY
        options.never_capture = True
        options.log_errors = False
        self._names = [name for _, name in patterns]
        self._each = [re2.compile(pattern, options) for pattern, _ in patterns]
        self._set = re2.Set.SearchSet(options) if patterns else None
        if self._set is not None:
            for pattern, _ in patterns:
                self._set.Add(pattern)
            self._set.Compile()

    def find(self, text: str) -> Iterator[tuple[str, list[Span]]]:
        """The names whose patterns hit, with at most `MOST` places each."""
        if self._set is None:
            return
        # Of bytes RE2 counts bytes: the same places where every character is one, without counting them again.
        subject: str | bytes = text.encode() if text.isascii() else text
        for index in self._set.Match(subject) or ():
            spans = []
            for match in self._each[index].finditer(subject):
                spans.append(match.span())
                if len(spans) == MOST:
                    break
            yield self._names[index], spans


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


_COMMON = frozenset({"je", "j", "on", "nous", "tu", "ou", "i", "we", "you", "or", "a", "il", "elle", "the", "le", "la"})
"""Words that nearly every line holds: a rule that woke with them would always be awake."""


def triggers(name: str, signals: Mapping[str, Signal]) -> frozenset[str]:
    """Base signals without which this one cannot fire: of a composition, one rare part; of `any`, all."""
    signal = signals[name]
    own = frozenset({name}) if signal.terms or signal.patterns or signal.raw else frozenset()
    if not signal.parts:
        return own
    parts = [triggers(part, signals) for part in signal.parts]
    if signal.how == "any":
        return own.union(*parts)
    rare = [part for part in parts if not any(_COMMON.intersection(signals[base].terms) for base in part)]
    return own | (rare or parts)[0]
