"""Many RE2 patterns looked for at once: a pattern is only run where letters that it cannot do without occur.

The letters are read off each pattern (of `sale <2> race`, both words) and looked for in one pass (Aho-Corasick); a
pattern is a candidate when every group of them has one in the text. The few patterns that need none run together in
one set. What `candidates` names may be there; `spans` says where it is. A pattern is compiled when it is
first run: linear in the text, quick to load, cheap in memory.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from re import _constants as parts  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import ahocorasick
import re2

Span = tuple[int, int]
Subject = str | bytes
"""Of bytes RE2 counts bytes: the same places where every character is one, without counting them again."""

MOST = 64
"""Matches of one pattern looked at in one text: a flood of one word says no more than a few of them."""
_ONE = 4 << 20
_SET = 32 << 20
"""Bytes that the automaton of one pattern, and of the set, may take; RE2 answers nothing when it has too little."""
_LEAST = 3
"""Characters of the shortest letters looked for, spaces among them: shorter ones are everywhere."""
_LONGEST = 12
"""Characters of a piece that are looked for: its beginning tells nearly as much, and many share it."""
_WAYS = 300
_PRODUCT = 60
_CLASS = 6
_REPEATS = 1_000
SMALL = 150
"""Pieces of a further group: a larger one costs more to look for than it tells."""
MORE = 2
"""Further groups looked for of one pattern: more tell little."""
TELLING = 0.25
"""Pieces of a further group in an everyday text, at most: what stands everywhere tells nothing."""
_GAP = re.compile(r"\(\?: ?\[\^ \.\?\"\]\+ ?\)\{0,\d+\}")
_PLAIN_GROUP = re.compile(r"\(\?:([a-z0-9 |?]+)\)")
_FIRST_NAME, _NAMES = 0xE000, 500
Needed = frozenset[str]


def options(memory: int = _ONE) -> re2.Options:
    """How every pattern is compiled."""
    chosen = re2.Options()
    chosen.max_mem = memory
    chosen.never_capture = True
    chosen.log_errors = False
    return chosen


class Patterns:
    """Patterns by their place in the sequence given; `sample` are everyday texts, by which letters are known for rare.
    Raises `re2.error` for one that is none."""

    def __init__(self, patterns: Sequence[str], sample: Sequence[str] = ()) -> None:
        self._patterns = list(patterns)
        self._compiled: dict[int, Any] = {}
        self._loose: list[int] = []
        self._demands: dict[int, int] = {}
        gates: dict[str, list[int]] = {}
        groups: dict[Needed, int] = {}
        all_needed = [needs(pattern) for pattern in self._patterns]
        telling = len(sample) * TELLING
        common = _common({group for needed in all_needed for group in needed}, sample)
        for index, needed in enumerate(all_needed):
            if not needed:
                self._loose.append(index)
                continue
            needed = tuple(sorted(needed, key=common.__getitem__))  # as they were, where the sample says nothing
            for letters in needed[0]:
                gates.setdefault(letters, []).append(index)
            for group in [group for group in needed[1:] if len(group) <= SMALL and common[group] <= telling][:MORE]:
                self._demands[index] = self._demands.get(index, 0) | 1 << groups.setdefault(group, len(groups))
        marks: dict[str, int] = {}
        for group, number in groups.items():
            for letters in group:
                marks[letters] = marks.get(letters, 0) | 1 << number
        self._gates = None
        if gates:
            self._gates = ahocorasick.Automaton()
            for letters in gates.keys() | marks.keys():
                self._gates.add_word(letters, (tuple(gates.get(letters, ())), marks.get(letters, 0)))
            self._gates.make_automaton()
        self._set = None
        if self._loose:
            self._set = re2.Set.SearchSet(options(_SET))
            for index in self._loose:
                self._set.Add(self._patterns[index])
            self._set.Compile()

    def candidates(self, text: str, subject: Subject) -> list[int]:
        """Places of the patterns that may match; `subject` is `text`, or its bytes where it is ASCII."""
        found: set[int] = set()
        if self._gates is not None:
            there = 0
            for _, (indices, mark) in self._gates.iter(text):
                if indices:
                    found.update(indices)
                if mark:
                    there |= mark
            demands = self._demands
            found = {index for index in found if not (demand := demands.get(index, 0)) or demand & there == demand}
        if self._set is not None and (matched := self._set.Match(subject)):
            found.update([self._loose[at] for at in matched])
        return sorted(found) if len(found) > 1 else list(found)

    def loose(self) -> list[int]:
        """Places of the patterns that need no letters: each of them costs every text a little."""
        return list(self._loose)

    def spans(self, index: int, subject: Subject) -> list[Span]:
        """Where one pattern matches, `MOST` times at most."""
        pattern = self._compiled.get(index)
        if pattern is None:
            pattern = self._compiled[index] = re2.compile(self._patterns[index], options())
        out: list[Span] = []
        for match in pattern.finditer(subject):
            out.append(match.span())
            if len(out) == MOST:
                break
        return out


def needs(pattern: str) -> tuple[Needed, ...]:
    """Groups of pieces of text, the most telling first: every match holds at least one piece of each. Empty where no
    group has pieces that are long enough.

    Raises `re2.error` for what RE2 would refuse: broken patterns, look-around, back-references, long repetitions.
    """
    told: dict[str, Needed] = {}

    def named(found: re.Match[str]) -> str:
        """A sign of its own for a group of plain words, which Python's reader would take letter by letter."""
        words = found[1].split("|")
        if len(told) >= _NAMES or "" in words or any(word[0] == "?" or "??" in word for word in words):
            return found[0]
        sign = chr(_FIRST_NAME + len(told))
        told[sign] = frozenset(way for word in words for way in _optional(word))
        return sign

    try:
        tree = _parser.parse(_PLAIN_GROUP.sub(named, _GAP.sub("[^ ]*", pattern)))
    except (re.error, OverflowError, RecursionError) as error:
        raise re2.error(str(error)) from None
    exact, needed = _sequence(list(tree), told)
    groups = sorted(_sound([exact, *needed]), key=_telling, reverse=True)
    return tuple(dict.fromkeys(frozenset(piece[:_LONGEST] for piece in group) for group in groups))


def _optional(word: str) -> list[str]:
    """`vends?` as `vends` and `vend`."""
    head, sign, tail = word.partition("?")
    if not sign:
        return [word]
    return [one + other for one in (head, head[:-1]) for other in _optional(tail)]


def _common(groups: Iterable[Needed], sample: Sequence[str]) -> dict[Needed, int]:
    """How often a piece of each group stands in the sample."""
    groups = set(groups)
    pieces = {piece for group in groups for piece in group}
    if not sample or not pieces:
        return dict.fromkeys(groups, 0)
    automaton = ahocorasick.Automaton()
    for piece in pieces:
        automaton.add_word(piece, piece)
    automaton.make_automaton()
    counts = Counter(piece for text in sample for _, piece in automaton.iter(text))
    return {group: sum([counts[piece] for piece in group]) for group in groups}


def _sound(ways: Iterable[Needed | None]) -> list[Needed]:
    """The groups worth looking for, each once."""
    return list(dict.fromkeys(way for way in ways if way and min(map(len, way)) >= _LEAST))


def _telling(group: Needed) -> tuple[int, int]:
    """How much a group tells: by its shortest piece, then by how few there are."""
    return (min(min(map(len, group)), 8), -len(group))


def _best(ways: Iterable[Needed | None]) -> Needed | None:
    """The group that tells most; None where none is worth looking for."""
    return max(_sound(ways), key=_telling, default=None)


def _sequence(items: list[Any], told: dict[str, Needed]) -> tuple[Needed | None, list[Needed]]:
    """Of parts in order: all texts they match (None: too many), and groups of which every match holds a piece."""
    runs: list[Needed | None] = []
    run: Needed = frozenset({""})
    whole = True
    letters = ""
    for item in items:
        if item[0] is parts.LITERAL and (letter := chr(item[1])) not in told:
            letters += letter
            continue
        if letters:
            run, letters = frozenset([one + letters for one in run]), ""
        exact, needed = _part(item, told)
        runs.extend(needed)
        if exact is not None and (len(run) == 1 or len(exact) == 1 or len(run) * len(exact) <= _PRODUCT):
            run = frozenset([one + other for one in run for other in exact]) if exact != {""} else run
            continue
        whole = False
        runs.append(run)
        run = exact if exact is not None else frozenset({""})
    if letters:
        run = frozenset([one + letters for one in run])
    runs.append(run)
    return (run if whole else None), _sound(runs)


def _part(item: Any, told: dict[str, Needed]) -> tuple[Needed | None, list[Needed]]:
    kind, value = item
    if kind is parts.LITERAL:
        letter = chr(value)
        return told.get(letter) or frozenset({letter}), []
    if kind is parts.AT:
        return frozenset({""}), []
    if kind is parts.SUBPATTERN:
        return _sequence(list(value[-1]), told)
    if kind is parts.IN:
        letters = [chr(code) for sort, code in value if sort is parts.LITERAL]
        if len(letters) < len(value) or (len(letters) > _CLASS and not told.keys() & letters):
            return None, []
        return frozenset().union(*(told.get(letter) or (letter,) for letter in letters)), []
    if kind is parts.BRANCH:
        branches = [_sequence(list(branch), told) for branch in value[1]]
        exacts = [exact for exact, _ in branches if exact is not None]
        if len(exacts) == len(branches) and sum(map(len, exacts)) <= _WAYS:
            return frozenset().union(*exacts), []
        each = [_best([exact, *needed]) for exact, needed in branches]
        known = [needed for needed in each if needed is not None]
        return None, [frozenset().union(*known)] if len(known) == len(each) else []
    if kind in (parts.MAX_REPEAT, parts.MIN_REPEAT):
        least, most, inner = value
        if least > _REPEATS or (most is not parts.MAXREPEAT and most > _REPEATS):
            raise re2.error("a repetition of more than 1000")
        exact, needed = _sequence(list(inner), told)
        if (least, most) == (0, 1) and exact is not None:
            return exact | {""}, []
        if (least, most) == (1, 1):
            return exact, needed
        return None, _sound([exact, *needed]) if least else []
    if kind in (parts.ANY, parts.NOT_LITERAL, parts.RANGE, parts.CATEGORY):
        return None, []
    raise re2.error(f"{str(kind).lower()} is not known to RE2")
