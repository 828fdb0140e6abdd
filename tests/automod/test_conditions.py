"""Conditions: read from left to right, asked no more than needed; the rest of CEL goes to its library."""

from __future__ import annotations

import itertools

import cel
import pytest

from veillee.automod.conditions import compiled

PLAIN = ["a", "!a", "a && b", "a || b && c", "(a || b) && !c", "!(a && b) || c", "a && (b || !c) && d", "!!a"]


@pytest.mark.parametrize("source", PLAIN)
def test_a_plain_condition_says_what_cel_says(source: str) -> None:
    """For every combination of values the answer is that of the CEL library."""
    condition, program = compiled(source, str), cel.compile(source)
    assert set(condition.names) == set(program.variables())
    for bits in itertools.product((False, True), repeat=4):
        values = dict(zip("abcd", bits, strict=True))
        assert condition.holds(values) is program.execute(values)


def test_nothing_is_asked_that_decides_nothing() -> None:
    """After a false part of `&&` the rest is not worked out."""
    asked = []

    class Values(dict[str, bool]):
        def __missing__(self, name: str) -> bool:
            asked.append(name)
            return False

    assert compiled("a && b || c", str).holds(Values()) is False
    assert asked == ["a", "c"]


def test_other_cel_is_asked_with_every_value() -> None:
    """A choice is no plain condition, and works all the same, under full names."""
    condition = compiled("a ? b : c", lambda name: f"x/{name}")
    assert condition.names == ("a", "b", "c")
    assert condition.holds({"x/a": True, "x/b": True, "x/c": False}) is True


@pytest.mark.parametrize("source", ["a &&", "(a", "a && && b", "a b", "&", ""])
def test_what_is_no_cel_is_refused(source: str) -> None:
    """A slip of the pen raises ValueError, whichever reader meets it."""
    with pytest.raises(ValueError):
        compiled(source, str)
