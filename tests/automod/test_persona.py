"""Persona coherence: told to staff, refusing nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.automod.dialogues import START
from tests.automod.packs import engine, shipped
from veillee.automod.engine import Engine
from veillee.automod.state import Memory
from veillee.model.verdict import Action, Category, Facts, Persona, Verdict

DAY = 86_400.0
LEA = Persona("a", "Lea", age=19, gender="f", device="d")
MARC = Persona("b", "Marc", age=45, gender="m", device="d")
SAM = Persona("s", "Sam", device="d")


class Talk:
    """Drafts through one memory."""

    def __init__(self, rules: Engine | None = None) -> None:
        self._engine = rules or engine()
        self._memory = Memory()

    def say(self, who: Persona, text: str, *, at: float = START, place: str = "1", private: bool = False) -> Verdict:
        """The verdict on a message."""
        facts = Facts(text, conversation=place, at=at, author=who, private=private)
        verdict, state = self._engine.screen(facts, self._memory.recall(facts))
        self._memory.keep(facts, state)
        return verdict

    def all(self, *drafts: tuple[Persona, str]) -> list[Verdict]:
        """Messages half a minute apart."""
        return [self.say(who, text, at=START + 30 * n) for n, (who, text) in enumerate(drafts)]


def conflicts(verdicts: list[Verdict]) -> int:
    """How many raised a persona conflict."""
    return sum(Category.PERSONA_CONFLICT in verdict.categories for verdict in verdicts)


def test_one_device_with_two_personas_is_a_case_and_no_refusal() -> None:
    """A woman of 19, then a man of 45, from one device: staff see both introductions, once; nobody else does."""
    talk = Talk()
    assert talk.say(LEA, "coucou").categories == ()
    verdict = talk.say(MARC, "salut", place="2")
    assert verdict.categories == (Category.PERSONA_CONFLICT,)
    assert verdict.case
    assert verdict.action is Action.ALLOW
    assert verdict.card is None
    assert verdict.signals == ("conflict:age", "age:19:declared:Lea", "age:45:declared:Marc")
    assert talk.say(MARC, "et toi", place="2").categories == ()


def test_what_is_said_is_told_with_its_turn_and_its_place_in_the_text() -> None:
    """Declared 22, then `j'ai 45 ans`: both introductions, and the words."""
    verdict = Talk().say(replace(SAM, age=22), "en vrai j'ai 45 ans")
    assert verdict.signals == ("conflict:age", "age:22:declared:Sam", "age:45:said@1:Sam")
    ((start, end),) = verdict.spans
    assert "45" in "en vrai j'ai 45 ans"[start:end]


CONFLICTS = [
    [(SAM, "j'ai 15 ans"), (SAM, "ok cool"), (SAM, "tu fais quoi"), (SAM, "ah ouais"), (SAM, "bref moi j'ai 34 ans")],
    [(SAM, "I'm 16"), (SAM, "yes"), (SAM, "really"), (SAM, "I'm 29 years old")],
    [(replace(SAM, age=18), "je suis en 4e")],
    [(replace(SAM, age=40), "I'm in 8th grade")],
    [(replace(SAM, age=30), "née en 2011")],
    [(replace(SAM, age=18), "g 15 an")],
    [(SAM, "moi c'est Léa, 19 ans"), (replace(SAM, id="t", pseudonym="Kev"), "moi c'est Kevin 31 ans")],
]  # fmt: skip


@pytest.mark.parametrize("drafts", CONFLICTS)
def test_two_ages_that_cannot_both_be_true_are_a_case(drafts: list[tuple[Persona, str]]) -> None:
    """Said against declared, said against said, one device under two names."""
    verdicts = Talk().all(*drafts)
    assert conflicts(verdicts) == 1
    assert [v.action for v in verdicts if v.action.gravity >= Action.HOLD.gravity] == []


NONE = [
    [(SAM, "j'ai 12 ans"), (SAM, "pardon, 21 ! j'ai 21 ans")],
    [(SAM, "j'ai 12 ans"), (SAM, "j'ai 21 ans")],
    [(SAM, "im 61"), (SAM, "oops i meant im 16")],
    [(replace(SAM, age=18), "j'ai 17 ans, 18 dans deux mois")],
    [(replace(SAM, age=17), "j'ai 18 ans depuis hier")],
    [(replace(SAM, age=40), "je suis né en 1985")],
    [(replace(SAM, age=38), "j'ai 42 ans, enfin presque")],
    [(replace(SAM, age=34), "mon fils a 12 ans")],
    [(replace(SAM, age=34), "quand j'avais 15 ans on sortait déjà")],
    [(replace(SAM, age=34), "j'ai 15 ans d'ancienneté, 15 ans de métier quoi")],
    [(replace(SAM, age=34), "I'm 16 minutes away, in 15 years we will laugh")],
    [(replace(SAM, age=34), "j'ai 12 ans dans ma tête mdr")],
    [(replace(SAM, age=34), "j'ai 8 ans mdr"), (SAM, "non je rigole")],
    [(SAM, "j'ai 14 ans"), (SAM, "je rigole"), (SAM, "j'ai 34 ans")],
    [(replace(SAM, gender="m"), "je suis une femme trans"), (replace(SAM, gender="m"), "je suis une femme")],
    [(replace(SAM, gender="f"), "je suis un homme"), (replace(SAM, gender="m"), "bonsoir")],
    [(SAM, "j'habite à Lille"), (SAM, "j'habite à Lyon en semaine")],
    [(SAM, "I live in Leeds"), (replace(SAM, id="t", pseudonym="Kev"), "I'm from Bristol")],
    [(SAM, "je suis sur l'ordi de ma fille"), (replace(SAM, age=44), "coucou"),
     (replace(SAM, id="t", pseudonym="Ines", age=16), "hello")],
    [(SAM, "we're at the library"), (replace(SAM, age=50), "hi"), (replace(SAM, id="t", pseudonym="K", age=20), "yo")],
    [(replace(SAM, gender="f"), "coucou"), (replace(SAM, id="t", pseudonym="Tom", gender="m"), "salut")],
]  # fmt: skip


@pytest.mark.parametrize("drafts", NONE)
def test_slips_birthdays_families_and_jests_are_no_conflict(drafts: list[tuple[Persona, str]]) -> None:
    """Typos put right, a year more, rounding, somebody else's age, trans people, shared devices."""
    assert conflicts(Talk().all(*drafts)) == 0


def test_many_people_on_one_device_are_a_public_machine() -> None:
    """From the fourth person on, different ages say nothing any more."""
    talk = Talk()
    people = [replace(SAM, id=f"p{n}", pseudonym=f"P{n}") for n in range(4)]
    for person in people:
        talk.say(person, "bonjour je suis une fille" if person is people[0] else "bonjour")
    for number, person in enumerate(people):
        talk.say(replace(person, gender="f"), "bonjour", at=START + number)
    assert talk.say(replace(people[3], age=60), "bonsoir", at=START + 9).categories == ()
    assert talk.say(replace(people[2], age=20), "bonsoir", at=START + 10).categories == ()


def test_gender_counts_beside_signs_of_an_ambush() -> None:
    """A woman and a man on one device are two people, until one of them lures somebody to a lonely place."""
    talk = Talk(Engine(shipped()))
    woman, man = Persona("w", "Lina", gender="f", device="d"), Persona("m", "Kev", gender="m", device="d")
    assert conflicts([talk.say(man, "salut tout le monde", place="0")]) == 0
    lines = [
        "coucou toi",
        "pas de vocal, j'ai pas de micro",
        "viens au parking derrière la gare",
        "viens seul, dépêche",
    ]
    verdicts = [
        talk.say(woman, line, at=START + 20 * n, place="2", private=True) for n, line in enumerate(lines, start=1)
    ]
    assert conflicts(verdicts) == 1
    assert verdicts[0].categories == ()
    told = next(v for v in verdicts if Category.PERSONA_CONFLICT in v.categories)
    assert "gender:m:declared:Kev" in told.signals
    assert "gender:f:declared:Lina" in told.signals


def test_two_people_on_two_devices_do_not_conflict() -> None:
    """Different devices are different people."""
    talk = Talk()
    talk.say(replace(LEA, device="d"), "a")
    assert talk.say(replace(MARC, device="e"), "b").categories == ()


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


@pytest.mark.parametrize(
    ("name", "declared", "young", "conflict"),
    [
        ("Ines15ans", 18, True, True), ("Ines15ans", None, True, False), ("Julie13", 18, False, False),
        ("Lucas2008", 30, False, False), ("Karim34ans", 34, False, False), ("Nee_2011", 25, True, True),
        ("Paris75", 20, False, False),
    ],
)  # fmt: skip
def test_the_age_in_a_name_is_weighed_at_the_door(name: str, declared: int | None, young: bool, conflict: bool) -> None:
    """`Ines15ans` who declares 18 is protected, and staff see both; a département or a year is no age."""
    facts_of = Persona("a", name, age=declared, device="d")
    verdict, _ = engine().enter(facts_of, at=START)
    assert (Category.MINOR_SAFETY in verdict.categories) is young
    assert (Category.PERSONA_CONFLICT in verdict.categories) is conflict
    assert verdict.action in (Action.ALLOW, Action.CARD)
