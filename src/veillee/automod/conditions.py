"""When a rule holds: a condition compiled once, asked of values that are only worked out when it comes to them.

Conditions are CEL. The plain ones (names, `&&`, `||`, `!`, brackets) become functions of a mapping, read from left to
right and no further than needed; any other goes to the CEL library, which is told every value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cel

Holds = Callable[[Mapping[str, bool]], bool]

_TOKEN = re.compile(r"\s*(&&|\|\||!|\(|\)|[a-z_][a-z0-9_]*)")
_WORDS_OF_CEL = {"true", "false", "in", "null"}


@dataclass(frozen=True, slots=True)
class Condition:
    """`holds` asks a mapping for the names of `names` (as written, in the order they stand)."""

    names: tuple[str, ...]
    holds: Holds


def compiled(source: str, full: Callable[[str], str]) -> Condition:
    """The condition; `full` gives the name under which a value is asked for. Raises ValueError for what is no CEL."""
    plain = _Plain(source, full)
    holds = plain.whole()
    if holds is not None:
        return Condition(tuple(dict.fromkeys(plain.names)), holds)
    program = cel.compile(source)
    names = sorted(program.variables(), key=lambda name: _position(source, name))
    pairs = [(name, full(name)) for name in names]

    def asked(values: Mapping[str, bool]) -> bool:
        return program.execute({name: values[key] for name, key in pairs}) is True

    return Condition(tuple(names), asked)


class _Plain:
    """A reader of plain conditions; `whole` answers None for anything else."""

    def __init__(self, source: str, full: Callable[[str], str]) -> None:
        self._full = full
        self.names: list[str] = []
        self._tokens: list[str] = []
        at = 0
        source = source.rstrip()
        while at < len(source):
            found = _TOKEN.match(source, at)
            if found is None or found[1] in _WORDS_OF_CEL:
                self._tokens = []
                return
            self._tokens.append(found[1])
            at = found.end()

    def whole(self) -> Holds | None:
        try:
            holds = self._either()
        except (IndexError, ValueError):
            return None
        return None if self._tokens else holds

    def _either(self) -> Holds:
        one = self._both()
        while self._tokens and self._tokens[0] == "||":
            self._tokens.pop(0)
            one = _or(one, self._both())
        return one

    def _both(self) -> Holds:
        one = self._single()
        while self._tokens and self._tokens[0] == "&&":
            self._tokens.pop(0)
            one = _and(one, self._single())
        return one

    def _single(self) -> Holds:
        token = self._tokens.pop(0)
        if token == "!":
            return _not(self._single())
        if token == "(":
            inner = self._either()
            if self._tokens.pop(0) != ")":
                raise ValueError("a bracket is open")
            return inner
        if not token[0].isalpha():
            raise ValueError("not a name")
        self.names.append(token)
        return _named(self._full(token))


def _named(name: str) -> Holds:
    return lambda values: values[name]


def _not(one: Holds) -> Holds:
    return lambda values: not one(values)


def _and(one: Holds, other: Holds) -> Holds:
    return lambda values: one(values) and other(values)


def _or(one: Holds, other: Holds) -> Holds:
    return lambda values: one(values) or other(values)


def _position(source: str, name: str) -> int:
    found = re.search(rf"\b{name}\b", source)
    return found.start() if found else len(source)
