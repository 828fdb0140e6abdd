"""Where a minor may be concerned: composed from who is there, never from a text in the tests."""

from __future__ import annotations

import pytest

from tests.automod.packs import pack
from veillee.automod.engine import Engine
from veillee.automod.minors import author_is_minor, reader_is_minor
from veillee.automod.ruleset import load
from veillee.automod.state import Conversation, RiskState
from veillee.model.verdict import Action, Category, Facts, Persona

STAND_IN = pack()["fr/test.yaml"].replace("category: spam", "category: sexual_content").replace("block", "warn")
SAID = RiskState(conversation=Conversation(ages=(("b", 15),)))


@pytest.mark.parametrize(
    ("author", "readers", "state", "refused"),
    [
        (Persona("a", age=30), (Persona("b", age=15),), None, True),
        (Persona("a", age=15), (Persona("b", age=30),), None, True),
        (Persona("a", age=30), (Persona("b"),), SAID, True),
        (Persona("a", age=30), (Persona("b", age=30),), None, False),
        (Persona("a"), (), None, False),
    ],
)
def test_a_minor_present_makes_a_warning_a_refusal(
    author: Persona, readers: tuple[Persona, ...], state: RiskState | None, refused: bool
) -> None:
    """Declared or said, author or reader: what would be a warning among adults is refused, and staff see it."""
    facts = Facts("une pomme", conversation="c", author=author, readers=readers)
    verdict, _ = Engine(load({"fr/test.yaml": STAND_IN})).screen(facts, state)
    assert (Category.MINOR_SAFETY in verdict.categories) is refused
    assert (verdict.action is Action.BLOCK) is refused
    assert verdict.case is refused


def test_nothing_sexual_nothing_refused() -> None:
    """A young reader alone changes nothing."""
    facts = Facts("bonsoir", conversation="c", author=Persona("a", age=30), readers=(Persona("b", age=15),))
    assert Engine(load({"fr/test.yaml": STAND_IN})).screen(facts)[0].action is Action.ALLOW


def test_ages_are_declared_or_said() -> None:
    """Both count, each for whoever it concerns."""
    assert author_is_minor(Facts("x", author=Persona("b", age=40)), SAID)
    assert not author_is_minor(Facts("x", author=Persona("a", age=40)), SAID)
    assert reader_is_minor(Facts("x", author=Persona("a")), SAID)
    assert not reader_is_minor(Facts("x", author=Persona("b")), SAID)
