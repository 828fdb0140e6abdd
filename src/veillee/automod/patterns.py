"""Many RE2 patterns looked for at once: a pattern is only run where letters that it cannot do without occur.

RE2 derives the letters itself (`Filter`); the few patterns that need none run together in one set. What `candidates`
names may be there; `spans` says where it is. Linear in the text, and cheap in memory: no automaton of everything.
"""

from __future__ import annotations

from collections.abc import Sequence

import re2

Span = tuple[int, int]
Subject = str | bytes
"""Of bytes RE2 counts bytes: the same places where every character is one, without counting them again."""

MOST = 64
"""Matches of one pattern looked at in one text: a flood of one word says no more than a few of them."""
_ONE = 4 << 20
_SET = 32 << 20
"""Bytes that the automaton of one pattern, and of the set, may take; RE2 answers nothing when it has too little."""


def options(memory: int = _ONE) -> re2.Options:
    """How every pattern is compiled."""
    chosen = re2.Options()
    chosen.max_mem = memory
    chosen.never_capture = True
    chosen.log_errors = False
    return chosen


class Patterns:
    """Patterns by their place in the sequence given. Built once, then only read. Raises `re2.error`."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._filter = re2.Filter()
        self._set = None
        self._loose: dict[int, int] = {}
        if not patterns:
            return
        one = options()
        for pattern in patterns:
            self._filter.Add(spread(pattern).encode(), one)
        self._filter.Compile()
        loose = self._filter.Match(b"", True) or []
        if loose:
            self._set = re2.Set.SearchSet(options(_SET))
            self._loose = {index: self._set.Add(patterns[index]) for index in loose}
            self._set.Compile()
        self._indices = list(self._loose)
        self._empty = False

    _empty = True

    def candidates(self, subject: Subject) -> list[int]:
        """Places of the patterns that may match."""
        if self._empty:
            return []
        found: list[int] = self._filter.Match(subject, True) or []
        if self._set is None:
            return found
        loose = self._loose
        if len(found) == len(loose):
            found = []
        else:
            found = [index for index in found if index not in loose]
        hits = self._set.Match(subject)
        if hits:
            found.extend([self._indices[hit] for hit in hits])
        return found

    def loose(self) -> list[int]:
        """Places of the patterns that need no letters: each of them costs every text a little."""
        return list(self._loose)

    def spans(self, index: int, subject: Subject) -> list[Span]:
        """Where one pattern matches, `MOST` times at most."""
        out: list[Span] = []
        for match in self._filter.re(index).finditer(subject):
            out.append(match.span())
            if len(out) == MOST:
                break
        return out


def spread(pattern: str) -> str:
    """` (?:my|our) dog` as `(?: my| our) dog`: longer pieces to look for first. The same language."""
    if not pattern.startswith(" (?:"):
        return pattern
    depth, start, choices = 0, 4, []
    at = 1
    inside = False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif inside:
            inside = sign != "]"
        elif sign == "[":
            inside = True
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth == 0:
                break
        elif sign == "|" and depth == 1:
            choices.append(pattern[start:at])
            start = at + 1
        at += 1
    else:
        return pattern
    choices.append(pattern[start:at])
    if pattern[at + 1 : at + 2] in ("?", "*", "+", "{"):
        return pattern
    if len(choices) == 1:  # a group around everything: go in once more
        inner = spread(f" {choices[0]}")
        return f"(?:{inner}){pattern[at + 1 :]}"
    return f"(?:{'|'.join(f' {choice}' for choice in choices)}){pattern[at + 1 :]}"
