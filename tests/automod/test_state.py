"""What is remembered, and for whom."""

from __future__ import annotations

from veillee.automod.state import Conversation, Memory, RiskState, device_key
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
