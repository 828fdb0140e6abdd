"""Persona coherence: told to staff, refusing nothing."""

from __future__ import annotations

import pytest

from tests.automod.packs import engine, shipped
from veillee.automod.engine import Engine
from veillee.automod.normalise import plain_words
from veillee.automod.persona import age_in_name, age_said, gender_said
from veillee.automod.state import Memory
from veillee.model.verdict import Action, Category, Facts, Persona, Verdict


def words(text: str) -> str:
    """The text as the engine reads it."""
    return f" {plain_words(text)} "


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("j'ai 15 ans", 15), ("moi j'ai 23 ans et toi ?", 23), ("I'm 19 years old", 19), ("i'm 16", 16),
        ("j'ai 15 ans d'expérience", None), ("ma fille a 15 ans", None), ("quand j'avais 15 ans", None),
        ("j'ai 20 ans de plus", None), ("j'ai 3 chats", None), ("il est 15 h", None), ("I'm 5 minutes away", None),
    ],
)  # fmt: skip
def test_an_age_is_what_somebody_says_of_themselves(text: str, age: int | None) -> None:
    """An age, not a duration, not somebody else's."""
    assert age_said(words(text)) == age


def test_a_gender_is_what_somebody_says_of_themselves() -> None:
    """Plainly, and only one of them."""
    assert gender_said(words("je suis une fille")) == "f"
    assert gender_said(words("I'm a nice guy")) == "m"
    assert gender_said(words("tu es un garçon ?")) is None


def test_an_age_in_a_name_has_its_word() -> None:
    """`15 ans` is an age, `13` is a number."""
    assert age_in_name(words("ines 15 ans")) == 15
    assert age_in_name(words("julie 13")) is None


def judge(memory: Memory, facts: Facts) -> Verdict:
    """One draft through a memory."""
    verdict, state = engine().screen(facts, memory.recall(facts))
    memory.keep(facts, state)
    return verdict


def test_one_device_with_two_personas_is_a_case_and_no_refusal() -> None:
    """A girl of 19 in one conversation, a man of 45 in another, from one device: staff see it, nobody else."""
    memory = Memory()
    girl = Persona("a", "Lea19", age=19, gender="f", device="d")
    man = Persona("b", "Marc", age=45, gender="m", device="d")
    assert judge(memory, Facts("coucou", conversation="1", author=girl)).categories == ()
    verdict = judge(memory, Facts("salut", conversation="2", author=man))
    assert verdict.categories == (Category.PERSONA_CONFLICT,)
    assert verdict.case
    assert verdict.action is Action.ALLOW
    assert judge(memory, Facts("et toi", conversation="2", author=man)).categories == ()


def test_what_is_said_counts_as_a_persona() -> None:
    """Declared 22, then `j'ai 45 ans`: that is a conflict of one person."""
    memory = Memory()
    author = Persona("a", "Sam", age=22, device="d")
    verdict = judge(memory, Facts("en vrai j'ai 45 ans", conversation="1", author=author))
    assert verdict.categories == (Category.PERSONA_CONFLICT,)


def test_two_people_on_two_devices_do_not_conflict() -> None:
    """Different devices are different people."""
    memory = Memory()
    judge(memory, Facts("a", conversation="1", author=Persona("a", age=19, device="d")))
    assert judge(memory, Facts("b", conversation="1", author=Persona("b", age=60, device="e"))).categories == ()


def test_a_rounding_is_no_conflict() -> None:
    """A year or two of difference is a birthday or a careless click."""
    memory = Memory()
    judge(memory, Facts("a", conversation="1", author=Persona("a", age=19, device="d")))
    assert judge(memory, Facts("b", conversation="1", author=Persona("b", age=21, device="d"))).categories == ()


def test_a_number_answers_the_question_of_age() -> None:
    """`t'as quel âge ?`, `14 et toi`: that is an age; a number out of the blue is not."""
    ruleset_engine, memory = Engine(shipped()), Memory()
    for who, text in (("a", "t'as quel âge ?"), ("b", "14 et toi")):
        facts = Facts(text, conversation="c", author=Persona(who))
        _, state = ruleset_engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
    assert state is not None
    assert state.conversation.ages == (("b", 14),)
    alone = Facts("14 et toi", conversation="d", author=Persona("b"))
    _, state = ruleset_engine.screen(alone, memory.recall(alone))
    assert state is not None
    assert state.conversation.ages == ()
