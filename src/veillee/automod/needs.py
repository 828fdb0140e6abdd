"""What must be in a text before a signal or a rule can hold: known before anything is worked out.

A rule about target, predicate and stance wakes with a word of its target; whether the rest is there at all is then one
look at a number whose bits are the base signals of the text.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from veillee.automod.conditions import Condition, Tree

Need = tuple[frozenset[str], ...]
"""Of each set, at least one base signal."""


class Signal(Protocol):
    """What is asked of a signal (automod/signals): what it looks for itself, and what it is made of."""

    @property
    def name(self) -> str: ...
    @property
    def terms(self) -> tuple[str, ...]: ...
    @property
    def how(self) -> str: ...
    @property
    def parts(self) -> tuple[str, ...]: ...
    @property
    def model(self) -> str: ...
    @property
    def base(self) -> bool: ...


MOST_WEIGHED = 9
"""Names of a condition up to which every combination is tried at load to see what it waits for."""
_COMMON = frozenset({"je", "j", "on", "nous", "tu", "ou", "i", "we", "you", "or", "a", "il", "elle", "the", "le", "la"})
"""Words that nearly every line holds: a rule that woke with them would always be awake."""


def of_signal(name: str, signals: Mapping[str, Signal], known: dict[str, Need]) -> Need:
    """What a signal cannot fire without; `known` keeps what was worked out. What is no signal stands for itself."""
    need = known.get(name)
    if need is None:
        signal = signals.get(name)
        need = known[name] = (frozenset({name}),) if signal is None else _work_out(signal, signals, known)
    return need


def of_condition(
    condition: Condition, full: Mapping[str, str], signals: Mapping[str, Signal], known: dict[str, Need]
) -> Need:
    """What a condition cannot hold without. `full` names its signals; its other names are facts, true or false.

    Nothing, for a condition that may hold when no signal fired, and for one that is more than a plain one with more
    names than are tried.
    """
    if condition.tree is not None:
        return _of_tree(condition.tree, frozenset(full.values()), signals, known) or ()
    names = [full[name] for name in condition.names if name in full]
    asked = [*names, *(name for name in condition.names if name not in full)]
    if len(asked) > MOST_WEIGHED:
        return (_either([of_signal(name, signals, known) for name in names]),)
    ways = [dict(zip(asked, bits, strict=True)) for bits in itertools.product((True, False), repeat=len(asked))]
    held = [way for way in ways if condition.holds(way)]
    needed = [name for name in names if all(way[name] for way in held)]
    if needed:
        return tuple(dict.fromkeys(each for name in needed for each in of_signal(name, signals, known)))
    useful = [name for name in names if any(way[name] and not condition.holds({**way, name: False}) for way in held)]
    return (_either([of_signal(name, signals, known) for name in useful]),)


def _of_tree(tree: Tree, names: frozenset[str], signals: Mapping[str, Signal], known: dict[str, Need]) -> Need | None:
    """The need of a tree; None for what needs nothing: a fact, or the absence of something."""
    sign, parts = tree
    if sign in names:
        return of_signal(sign, signals, known)
    inner = [_of_tree(part, names, signals, known) for part in parts] if sign in ("&&", "||") else []
    told = [need for need in inner if need is not None]
    if sign == "||":
        return (_either(told),) if told and len(told) == len(inner) else None
    return tuple(dict.fromkeys(each for need in told for each in need)) or None


def waking(need: Need, signals: Mapping[str, Signal]) -> frozenset[str]:
    """The set of a need that wakes whoever has it: the first of which no signal stands in nearly every text."""
    rare = (each for each in need if not any(_usual(signals[name]) for name in each if name in signals))
    return next(rare, need[0] if need else frozenset())


def masks(need: Need, bits: Mapping[str, int]) -> tuple[int, ...]:
    """The need as numbers: of each, one bit at least has to be set. A signal without a bit is never there."""
    return tuple(_mask(each, bits) for each in need)


def _mask(names: Iterable[str], bits: Mapping[str, int]) -> int:
    mask = 0
    for name in names:
        mask |= bits.get(name, 0)
    return mask


def _work_out(signal: Signal, signals: Mapping[str, Signal], known: dict[str, Need]) -> Need:
    own = [(frozenset({signal.name}),)] if signal.base or not signal.parts else []
    parts = [of_signal(part, signals, known) for part in signal.parts]
    if signal.how == "any" or not parts:
        return (_either([*own, *parts]),)
    together = tuple(dict.fromkeys(each for part in parts for each in part))
    return (_either([*own, together]),) if own else together


def _either(ways: Sequence[Need]) -> frozenset[str]:
    """One set for several ways: of each its smallest."""
    return frozenset().union(*(min(way, key=len) for way in ways))


def _usual(signal: Signal) -> bool:
    """Whether the signal may stand in nearly every text: by a common word, or because a model reads them all."""
    return bool(signal.model) or bool(_COMMON.intersection(signal.terms))
