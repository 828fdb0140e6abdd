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


Tree = tuple[str, tuple["Tree", ...]]
"""`&&`, `||` and `!` with what they join; a name (as it is asked for) with nothing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`holds` asks a mapping for the names of `names` (as written, in the order they stand). `tree` is how a plain
    condition is built; None for any other."""

    names: tuple[str, ...]
    holds: Holds
    tree: Tree | None = None


def compiled(source: str, full: Callable[[str], str]) -> Condition:
    """The condition; `full` gives the name under which a value is asked for. Raises ValueError for what is no CEL."""
    plain = _Plain(source, full)
    tree = plain.whole()
    if tree is not None:
        return Condition(tuple(dict.fromkeys(plain.names)), _holds(tree), tree)
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

    def whole(self) -> Tree | None:
        try:
            tree = self._either()
        except (IndexError, ValueError):
            return None
        return None if self._tokens else tree

    def _either(self) -> Tree:
        return self._joined("||", self._both)

    def _both(self) -> Tree:
        return self._joined("&&", self._single)

    def _joined(self, sign: str, read: Callable[[], Tree]) -> Tree:
        parts = [read()]
        while self._tokens and self._tokens[0] == sign:
            self._tokens.pop(0)
            parts.append(read())
        return (sign, tuple(parts)) if len(parts) > 1 else parts[0]

    def _single(self) -> Tree:
        token = self._tokens.pop(0)
        if token == "!":
            return ("!", (self._single(),))
        if token == "(":
            inner = self._either()
            if self._tokens.pop(0) != ")":
                raise ValueError("a bracket is open")
            return inner
        if not token[0].isalpha():
            raise ValueError("not a name")
        self.names.append(token)
        return (self._full(token), ())


def _holds(tree: Tree) -> Holds:
    """The tree as a function; what stands first is asked first, and no more than needed."""
    sign, parts = tree
    inner = [_holds(part) for part in parts]
    if sign == "||":
        return lambda values: _any(inner, values)
    if sign == "&&":
        return lambda values: _all(inner, values)
    if sign == "!":
        (one,) = inner
        return lambda values: not one(values)
    return lambda values: values[sign]


def _any(inner: list[Holds], values: Mapping[str, bool]) -> bool:
    for holds in inner:  # noqa: SIM110 - a generator for each look costs more than the look
        if holds(values):
            return True
    return False


def _all(inner: list[Holds], values: Mapping[str, bool]) -> bool:
    for holds in inner:  # noqa: SIM110
        if not holds(values):
            return False
    return True


def _position(source: str, name: str) -> int:
    found = re.search(rf"\b{name}\b", source)
    return found.start() if found else len(source)
