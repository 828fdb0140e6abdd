"""One draft in, one verdict out: bounded, told in full, never raising on a text."""

from __future__ import annotations

import time
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.automod.packs import engine, shipped
from veillee.automod.engine import LONGEST, DeadlineExceeded, Engine, context
from veillee.model.verdict import ALLOWED, Action, Facts, Kind, Persona


def test_a_rule_fires_with_its_spans() -> None:
    """The verdict names the rule with its version, the category and the characters."""
    verdict, state = engine().screen(Facts("une Pomme !"))
    assert verdict.action is Action.BLOCK
    assert verdict.rules == ("fr.test.fruit@1",)
    assert verdict.spans == ((4, 9),)
    assert state is None


def test_ordinary_talk_is_allowed() -> None:
    """No signal, no rule."""
    assert engine().screen(Facts("bonsoir à tous"))[0] is ALLOWED


def test_conditions_are_cel() -> None:
    """Signals and context join as CEL says."""
    judge = engine("offer && !link && in_private")
    assert judge.screen(Facts("je vous vends une pomme", private=True))[0].action is Action.HOLD
    assert judge.screen(Facts("je vous vends une pomme"))[0] is ALLOWED
    assert judge.screen(Facts("je vous vends une pomme https://a.fr", private=True))[0] is ALLOWED


def test_the_deadline_is_checked_between_stages() -> None:
    """A clock that runs ahead ends the look with DeadlineExceeded, a TimeoutError."""
    steps = count()
    with pytest.raises(DeadlineExceeded):
        engine().screen(Facts("pomme"), None, lambda: float(next(steps)), 0.5)
    assert engine().screen(Facts("pomme"), None, lambda: 0.0, 0.5)[0].action is Action.BLOCK


def test_a_text_longer_than_any_door_lets_through_is_not_judged() -> None:
    """Rather no verdict than one on a part."""
    with pytest.raises(ValueError):
        engine().screen(Facts("a" * (LONGEST + 1)))


def test_context_tells_who_is_there() -> None:
    """Ages, privacy and the time since entry become booleans."""
    facts = Facts(
        "x",
        Kind.TITLE,
        private=True,
        author=Persona("a", age=30, minutes_since_entry=2.0),
        readers=(Persona("b", age=15),),
    )
    assert context(facts) == {
        "author_is_minor": False,
        "in_private": True,
        "is_newcomer": True,
        "is_pseudonym": False,
        "is_title": True,
        "reader_is_minor": True,
    }


@given(st.text(alphabet=st.characters(), max_size=300), st.sampled_from(list(Kind)))
def test_no_text_makes_it_raise(text: str, kind: Kind) -> None:
    """Any string, lone surrogates included, gets a verdict whose spans lie inside the text."""
    facts = Facts(text, kind, conversation="c", author=Persona("a", "n", device="d"))
    verdict, state = Engine(shipped()).screen(facts)
    assert state is not None
    for start, end in verdict.spans:
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("name", ["Ines15ans", "lea_14_ans", "Tom16yo"])
def test_a_name_that_tells_a_young_age_is_a_concern(name: str) -> None:
    """Whatever was declared, whoever seems a minor at entry is told to staff and protected."""
    verdict, _ = engine().enter(Persona("a", name, age=18))
    assert verdict.categories[0].value == "minor_safety"
    assert verdict.case
    assert verdict.action is Action.CARD


@pytest.mark.parametrize("name", ["Julie13", "Lea19", "Max1999", "Lune42"])
def test_a_number_is_not_an_age(name: str) -> None:
    """A number in a pseudonym says nothing."""
    assert engine().enter(Persona("a", name, age=18))[0] is ALLOWED


@pytest.mark.parametrize(
    "piece",
    ["a ", "p.u.t.e ", "é", "je vais te ", "60€ le g dispo ", "06 12 34 56 78 ", "viens seul au parking ", "* "],
)
def test_a_long_text_costs_in_proportion(piece: str) -> None:
    """Eight times the text costs at most some twenty times the time, with every pack, whatever it repeats."""
    judge = Engine(shipped())

    def cost(length: int) -> float:
        facts = Facts((piece * length)[:length], conversation="c", author=Persona("a"))
        best = 1.0
        for _ in range(3):
            started = time.perf_counter()
            judge.screen(facts)
            best = min(best, time.perf_counter() - started)
        return best

    assert cost(4_000) < 20 * max(cost(500), 0.0005)
