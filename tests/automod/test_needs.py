"""What signals and conditions cannot do without, and the numbers that say whether it is there."""

from __future__ import annotations

import pytest

from veillee.automod.conditions import compiled
from veillee.automod.needs import masks, of_condition, of_signal, waking
from veillee.automod.signals import Signal

SIGNALS = {
    signal.name: signal
    for signal in (
        Signal("a", terms=("sel",)),
        Signal("b", terms=("poivre",)),
        Signal("c", patterns=("du <1> thym",)),
        Signal("you", terms=("tu", "vous")),
        Signal("read", model="toy", above=0.5),
        Signal("ab", how="near", parts=("a", "b")),
        Signal("or", how="any", parts=("a", "ab", "c")),
        Signal("youb", how="near", parts=("you", "b")),
        Signal("own", terms=("ail",), how="sequence", parts=("a", "b")),
        Signal("deep", how="sequence", parts=("or", "youb")),
    )
}


def need(name: str) -> list[str]:
    """What a signal needs, each set as its sorted letters."""
    return ["|".join(sorted(each)) for each in of_signal(name, SIGNALS, {})]


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("a", ["a"]),
        ("ab", ["a", "b"]),
        ("or", ["a|c"]),
        ("own", ["a|own"]),
        ("deep", ["a|c", "you", "b"]),
        ("nowhere", ["nowhere"]),
    ],
)
def test_a_signal_needs_what_it_is_made_of(name: str, needs: list[str]) -> None:
    """Every part of a composition; of several ways, one; what looks at texts itself needs nothing but itself."""
    assert need(name) == needs


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        ("a && b", ["a", "b"]),
        ("a || b", ["a|b"]),
        ("(a || c) && !b", ["a|c"]),
        ("ab && !in_private", ["a", "b"]),
        ("(a && b) || c", ["a|c"]),
        ("a || in_private", []),
        ("(a ? b : false)", ["a", "b"]),
        ("(a ? true : b)", ["a|b"]),
    ],
)
def test_a_condition_needs_what_makes_it_hold(condition: str, needs: list[str]) -> None:
    """Plain conditions by how they are built, others by trying; what may hold by a fact alone needs nothing."""
    full = {name: name for name in SIGNALS}
    found = of_condition(compiled(condition, lambda name: name), full, SIGNALS, {})
    assert ["|".join(sorted(each)) for each in found] == needs


def test_what_wakes_is_not_in_every_line() -> None:
    """Common words, and models that read every line, are passed over; they wake where nothing else can."""
    assert waking(of_signal("youb", SIGNALS, {}), SIGNALS) == {"b"}
    assert waking((frozenset({"read"}), frozenset({"a"})), SIGNALS) == {"a"}
    assert waking(of_signal("you", SIGNALS, {}), SIGNALS) == {"you"}


def test_a_need_becomes_numbers() -> None:
    """One bit at least of each; a signal that nobody looks for is never there."""
    bits = {"a": 1, "b": 2, "c": 4}
    assert masks((frozenset("ac"), frozenset("b"), frozenset("x")), bits) == (5, 2, 0)
