"""Two texts line by line: what went, what came, what stayed."""

from __future__ import annotations

import difflib
from typing import NamedTuple


class Line(NamedTuple):
    """A line of a comparison. `kind` is `gone`, `new` or `same`."""

    kind: str
    text: str


_KINDS = {"- ": "gone", "+ ": "new", "  ": "same"}


def between(old: str, new: str) -> list[Line]:
    """The lines of both, in order; a line that changed is one that went and one that came."""
    return [
        Line(_KINDS[line[:2]], line[2:])
        for line in difflib.ndiff(old.splitlines(), new.splitlines())
        if line[:2] in _KINDS
    ]


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[tuple[bool, str]]:
    """A text in pieces, with whether each was found; spans are sorted and apart, as verdicts give them."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [(False, text[at:start]), (True, text[start:end])]
        at = end
    return [(found, piece) for found, piece in [*pieces, (False, text[at:])] if piece]
