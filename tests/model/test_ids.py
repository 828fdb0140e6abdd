"""Identifiers sort by time, codes survive being copied by hand, numbers can be said aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.model.ids import ALPHABET, Identifiers, case_number, crockford, parse_code, secret_code, ulid


@given(st.binary(min_size=16, max_size=16))
def test_a_code_survives_how_people_type(randomness: bytes) -> None:
    """Lower case, spaces for dashes, and O, I, L for 0, 1, 1 are forgiven."""
    code = secret_code(randomness)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_code(code) == code
    assert parse_code(typed) == code


@pytest.mark.parametrize("text", ["", "ABC", "U" * 26, "Z" * 26, "0" * 27, "x" * 10_000, "é" * 26])
def test_what_is_no_code_is_none(text: str) -> None:
    """Wrong length, letters outside the alphabet, or more than 128 bits."""
    assert parse_code(text) is None


@given(st.integers(0, 2**47), st.integers(0, 2**47), st.binary(min_size=10, max_size=10))
def test_ulids_sort_by_time(one: int, other: int, randomness: bytes) -> None:
    """The later of two moments has the greater id."""
    first, second = sorted((one, other))
    assert (ulid(first, randomness) < ulid(second, randomness)) == (first < second)


def test_identifiers_only_grow_even_when_the_clock_steps_back() -> None:
    """Within a millisecond, and after a step back, each is greater than the one before (ULID, monotonicity)."""
    times = iter([5, 5, 5, 3, 4, 6])
    made = Identifiers(lambda: next(times), lambda size: b"\xff" * size)
    ids = [made() for _ in range(6)]
    assert ids == sorted(set(ids))


def test_case_numbers_are_short() -> None:
    """Two groups of four from an alphabet without I, L, O, U."""
    number = case_number(b"\x12\x34\x56\x78\x9a")
    assert len(number) == 9
    assert number[4] == "-"
    assert set(number) <= set(ALPHABET) | {"-"}


@pytest.mark.parametrize("make", [secret_code, case_number, lambda data: ulid(0, data)])
def test_the_wrong_amount_of_randomness_is_refused(make: object) -> None:
    """Too little randomness is a mistake of ours, never a weaker code."""
    assert callable(make)
    with pytest.raises(ValueError, match="random"):
        make(b"few")


def test_crockford_is_padded() -> None:
    """A small number keeps its length."""
    assert crockford(1, 4) == "0001"
