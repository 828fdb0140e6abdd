"""The one matcher that finds every base signal of a text, and says what may be there at all. Built once, then read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import ahocorasick

from veillee.automod import needs
from veillee.automod.learner import Learner
from veillee.automod.normalise import Skeleton
from veillee.automod.patterns import MOST, Patterns
from veillee.automod.signals import Found, Signal
from veillee.automod.spelling import EMPTY, Lexicon, squeezed

_SPELT = "~"
_LONG = 7
_GLUED = 9
Hits = list[tuple[int, tuple[tuple[str, ...], int]]]


class Matcher:
    """All base signals of a ruleset in one automaton and two sets of patterns. Built once, then only read.

    Raises `re2.error` for a pattern that is none.
    """

    def __init__(
        self,
        signals: Iterable[Signal],
        lexicon: Lexicon | None = None,
        learners: Mapping[str, Learner] | None = None,
        sample: Iterable[str] = (),
    ) -> None:
        """`sample` are everyday texts: by them it is known which letters are rare."""
        self.signals = {signal.name: signal for signal in signals}
        self.learners = learners or {}
        self._learned = [s.name for s in self.signals.values() if s.model in self.learners]
        if lexicon is None:
            lexicon = Lexicon(sharp={w for s in self.signals.values() for term in s.terms for w in term.split()})
        self.lexicon = lexicon
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
            words.extend([(_framed(pattern), signal.name) for pattern in signal.patterns])
            raw.extend([(pattern, signal.name) for pattern in signal.raw])
        for spelt in lexicon.spelt:
            terms.setdefault(f" {spelt} ", set()).add(_SPELT)
        self._terms = _automaton(terms)
        self._glued = _automaton(glued)
        heard = [Skeleton(text) for text in sample]
        self._words = Patterns([pattern for pattern, _ in words], [each.words for each in heard])
        self._words_names = [name for _, name in words]
        self._raw = Patterns([pattern for pattern, _ in raw], [each.lower for each in heard])
        self._raw_names = [name for _, name in raw]
        self.settle()

    def settle(self) -> None:
        """Work out what each signal cannot fire without; to be called when `signals` are complete."""
        known: dict[str, needs.Need] = {}
        self.bits = {signal.name: 1 << at for at, signal in enumerate(s for s in self.signals.values() if s.base)}
        self.masks = {name: needs.masks(needs.of_signal(name, self.signals, known), self.bits) for name in self.signals}

    def find(self, skeleton: Skeleton, *, pseudonym: bool = False) -> Found:
        """Every base signal that may be in the text. A skeleton without a lexicon is given that of the packs."""
        if skeleton.lexicon is EMPTY:
            skeleton.lexicon = self.lexicon
        words, terms, hits = skeleton.words, self._terms, _hits(self._terms, skeleton.words)
        spelt = any(_SPELT in names for _, (names, _) in hits)
        found = Found(skeleton, self.signals, "unmasked" if skeleton.differs(spelt) else "words", self.learners)
        for name in self._learned:
            found.base[name] = []
        self._look(found, hits, words, "words")
        if found.view != "words":
            undone = skeleton.undone
            if undone not in (words, found.text):
                self._look(found, _hits(terms, undone), undone, "undone")
            self._look(found, _hits(terms, found.text), found.text, "unmasked")
        found.may(self._raw_names, self._raw, skeleton.lower, "lower")
        if pseudonym and self._glued is not None:
            pieces = skeleton.unmasked.split()
            edges = {0, *itertools.accumulate(map(len, pieces))}  # not inside a word: `snigger`, `salopette`
            whole = (0, len(found.text))
            for last, (names, length) in self._glued.iter("".join(pieces)):
                whole_words = last + 1 - length in edges and (last + 1 in edges or length > _LONG)
                for name in names if whole_words else ():
                    found.base.setdefault(name, []).append(whole)
        return found.settle(self.bits, self.masks)

    def _look(self, found: Found, hits: Hits, text: str, view: str) -> None:
        """Note what the terms, and perhaps the patterns, find in one view."""
        base, same = found.base, view == found.view
        for last, (names, length) in hits:
            if length % 2 and _spelling_out(text, last + 1 - length, last + 1):
                continue
            span = (last + 1 - length, last + 1) if same else None
            for name in names:
                slot = base.get(name)
                if name is _SPELT or (slot is not None and len(slot) >= MOST):
                    continue
                if span is None:
                    span = found.moved(last + 1 - length, last + 1, view)
                if slot is None:
                    base[name] = [span]
                else:
                    slot.append(span)
        found.may(self._words_names, self._words, text, view)


def _spelling_out(text: str, start: int, end: int) -> bool:
    """Whether a term of single letters (`f u`) is only a part of a longer run of them (`r e f u g e`)."""
    if any(text[at] != " " for at in range(start, end, 2)):
        return False
    return text[start - 2 : start - 1] == " " or text[end + 1 : end + 2] == " "


def _framed(pattern: str) -> str:
    """A pattern between words; `^…$` is the whole text but for punctuation."""
    if pattern.startswith("^") and pattern.endswith("$"):
        return f'^ (?:[.?"] )*(?:{pattern[1:-1]})(?: [.?"])* $'
    return f" (?:{pattern}) "


def _hits(terms: ahocorasick.Automaton | None, text: str) -> Hits:
    """Ends of the terms in a text, with the signals and the length of each."""
    return list(terms.iter(text)) if terms is not None else []


def _automaton(terms: Mapping[str, set[str]]) -> ahocorasick.Automaton | None:
    if not terms:
        return None
    automaton = ahocorasick.Automaton()
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    for term, names in terms.items():
        told = tuple(sorted(names))
        automaton.add_word(term, (shared.setdefault(told, told), len(term)))
    automaton.make_automaton()
    return automaton
