"""What is remembered, and for whom."""

from __future__ import annotations

import pytest

from veillee.automod.state import (
    OPENINGS_KEPT,
    Author,
    Claim,
    Conversation,
    Device,
    Evidence,
    Memory,
    Opening,
    RiskState,
    device_key,
    merged,
)
from veillee.model.verdict import Facts, Persona


def test_the_three_parts_are_kept_apart() -> None:
    """A conversation's turns come back in that conversation only."""
    memory = Memory()
    facts = Facts("x", conversation="c", author=Persona("a", device="d"))
    memory.keep(facts, RiskState(conversation=Conversation(turns=3)))
    assert memory.recall(facts).conversation.turns == 3
    assert memory.recall(Facts("x", conversation="other", author=Persona("a"))).conversation.turns == 0


def test_nothing_is_kept_of_nobody() -> None:
    """Without conversation and author there is no state."""
    memory = Memory()
    memory.keep(Facts("x"), RiskState(conversation=Conversation(turns=3)))
    assert memory.recall(Facts("x")) == RiskState()


def test_memory_is_bounded() -> None:
    """The least recently used goes first."""
    memory = Memory(most=2)
    for name in ("a", "b", "c"):
        memory.keep(Facts("x", conversation=name), RiskState(conversation=Conversation(turns=1)))
    assert memory.recall(Facts("x", conversation="a")).conversation.turns == 0
    assert memory.recall(Facts("x", conversation="c")).conversation.turns == 1


def test_a_device_is_not_an_author() -> None:
    """A device and an author of the same name have different keys."""
    assert device_key(Facts("x", author=Persona("a"))) != device_key(Facts("x", author=Persona("b", device="a")))
    assert device_key(Facts("x")) is None


def test_what_two_processes_saw_is_joined() -> None:
    """No sign of either is lost, the youngest age said counts, and joining again changes nothing."""
    early, late = Evidence("age_ask", 1, 10.0, "a"), Evidence("secrecy", 1, 20.0, "a")
    one = Conversation(4, 10.0, (early,), (("b", 15), ("c", 40)))
    other = Conversation(2, None, (late, early), (("b", 19),))
    both = merged(one, other)
    assert both == Conversation(4, 10.0, (early, late), (("c", 40), ("b", 15)))
    assert merged(both, one) == Conversation(4, 10.0, (early, late), (("b", 15), ("c", 40)))
    assert merged(Conversation(), other) == Conversation(2, None, (early, late), (("b", 19),))


def test_authors_and_devices_are_joined_within_their_bounds() -> None:
    """The newest openings, and every persona shown, up to as many as one process keeps."""
    openings = [Opening(f"c{n}", float(n), n) for n in range(OPENINGS_KEPT + 4)]
    author = merged(Author(tuple(openings[:-4]), tuple(openings[:2])), Author(tuple(openings[4:]), ()))
    assert isinstance(author, Author)
    assert author == Author(tuple(openings[-OPENINGS_KEPT:]), tuple(openings[:2]))
    lea, ines = Claim("Lea19", 19), Claim("Ines15", 15)
    assert merged(Device((lea,), ("x",)), Device((ines, lea), ("y", "x"))) == Device((lea, ines), ("x", "y"))
    with pytest.raises(TypeError):
        merged(author, Device())


def test_memory_takes_in_what_another_process_knows() -> None:
    """Joined with what is known here, by kind and key."""
    memory = Memory()
    assert memory.add("cafe", Conversation(2)) == Conversation(2)
    assert memory.add("cafe", Conversation(1, 5.0)) == Conversation(2, 5.0)
    assert memory.recall(Facts("x", conversation="cafe")).conversation == Conversation(2, 5.0)
