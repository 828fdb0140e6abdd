"""What somebody says of themselves: an age, a gender, a place; and everything that only looks like it."""

from __future__ import annotations

import pytest

from veillee.automod.introductions import age_in_name, read
from veillee.automod.normalise import Skeleton, plain_words

NOW = 1_795_464_878.0
"""November 2026."""


def age(text: str, *, asked: bool = False) -> int | None:
    """The age that a text says of its writer."""
    said = read(f" {plain_words(text)} ", NOW, asked=asked)
    return said.age if said is not None else None


AGES = {
    "j'ai 15 ans": 15, "g 15 an": 15, "jai 15ans": 15, "moi c'est Léa, 19 ans": 19, "je m'appelle Tom 14 ans": 14,
    "moi j'ai 23 ans et toi ?": 23, "j'ai que 13 ans": 13, "j'ai quinze ans": 15, "j'ai eu 16 ans hier": 16,
    "17 ans dans deux mois": 16, "j'ai bientôt 18 ans": 17, "je vais avoir 15 ans": 14, "je suis en 4e": 13,
    "je suis en 4ème": 13, "chuis en seconde": 15, "je suis en terminale": 17, "née en 2010": 16,
    "je suis né en 1990": 36, "je suis mineure": 16, "f 14 lyon": 14, "16 ans et toi": 16, "j'ai 14 piges": 14,
    "slt j'ai 12 ans et j'aime les mangas": 12, "I'm 16": 16, "im 14": 14, "I'm 16/f": 16, "I'm 19 years old": 19,
    "i'm in 8th grade": 13, "i am in year 9": 13, "im 15 and u": 15, "i'm fourteen": 14, "i was born in 2011": 15,
    "I turn 14 in may": 13, "im almost 18": 17, "16 f here": 16, "f 16": 16, "I just turned 15": 15,
    "my name is Ana, 17 from Leeds": 17, "im only 13": 13, "I'm a 15 year old": 15, "i'm a minor": 16,
    "moi 27 ans": 27, "en vrai j'ai 45 ans": 45, "perso j'ai 31 ans": 31,
}  # fmt: skip
NONE = [
    "mon fils a 12 ans", "ma fille a 15 ans", "quand j'avais 15 ans", "j'ai 15 ans d'ancienneté", "15 ans de métier",
    "j'ai 15 ans d'expérience", "j'ai 20 ans de plus", "j'ai 3 chats", "il est 15 h", "si j'avais 20 ans",
    "j'ai 10 ans de mariage", "ça fait 15 ans que je fume", "je suis prof en 4e", "je suis en 3e position",
    "je suis en 4e année de médecine", "il y a 15 ans", "dans 15 ans", "elle m'a dit j'ai 15 ans", "tu as 15 ans ?",
    "in 15 years", "I'm 16 minutes away", "I'm 5 minutes away", "my son is 12", "when I was 15", "if i was 20 again",
    "he said i'm 15", "I'm 15 years sober", "I'm 14 episodes in", "you are 15?", "I've been here 20 years",
    "are you 18?", "mon chien a 14 ans", "my dog is 13 years old", "j'ai 15 ans dans ma tête c'est tout la vie",
    "j'ai lu 12 livres", "I'm 15 pages in", "i'm 13 weeks pregnant", "i'm 17 points ahead", "bus 14 from Leeds",
]  # fmt: skip


@pytest.mark.parametrize(("text", "years"), AGES.items())
def test_an_age_is_what_somebody_says_of_themselves(text: str, years: int) -> None:
    """In words, in figures, by class, by year of birth, a little before the day."""
    assert age(text) == years


@pytest.mark.parametrize("text", NONE)
def test_somebody_elses_age_a_duration_or_a_memory_is_none(text: str) -> None:
    """Children, careers, childhoods, buses."""
    said = read(f" {plain_words(text)} ", NOW)
    assert said is None or said.age is None or not said.meant


def test_a_bare_number_answers_only_the_question() -> None:
    """`14 et toi` after `t'as quel âge ?`, and nowhere else."""
    assert age("14 et toi", asked=True) == 14
    assert age("14 et toi") is None


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("je suis une fille", "f"), ("chuis un mec", "m"), ("I'm a nice guy", "m"), ("im a girl", "f"),
        ("je suis une femme trans", None), ("tu es un garçon ?", None), ("I'm a trans man", None),
        ("je cherche une fille", None),
    ],
)  # fmt: skip
def test_a_gender_is_what_somebody_says_of_themselves(text: str, gender: str | None) -> None:
    """Plainly; and whoever says that they are trans is not held to anything."""
    said = read(f" {plain_words(text)} ", NOW)
    assert (said.gender if said else None) == gender


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("j'habite à Lille", "lille"), ("je vis à Nantes depuis peu", "nantes"), ("I live in Leeds", "leeds"),
        ("I'm from Bristol", "bristol"), ("from Leeds", "leeds"), ("je suis de Bordeaux", "bordeaux"),
        ("j'habite à côté", None), ("je viens de manger", None), ("I'm from the council", None),
        ("tu habites où", None),
    ],
)  # fmt: skip
def test_a_place_is_a_name_after_living_there(text: str, place: str | None) -> None:
    """A town, not a distance."""
    said = read(f" {plain_words(text)} ", NOW)
    assert (said.place if said else None) == place


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("Ines15ans", 15), ("Tom_14_ans", 14), ("Lea16yo", 16), ("Julie13", None), ("Lucas2008", None),
        ("Paris75", None), ("Nee_2011", 15), ("Max99", None), ("Karim_34ans", 34), ("20ans_de_metal", 20),
    ],
)  # fmt: skip
def test_an_age_in_a_name_has_its_word(name: str, years: int | None) -> None:
    """`15 ans` is an age; a département, a year, a lucky number is none."""
    assert age_in_name(Skeleton(name, split_names=True).words, NOW) == years


def test_a_statement_says_where_it_stands() -> None:
    """Staff see the words, not the whole message."""
    words = " bonsoir . j ai 15 ans et je m ennuie "
    said = read(words, NOW)
    assert said is not None
    assert words[slice(*said.span)].strip() == "j ai 15 ans"


def test_slips_jests_and_shared_machines_are_heard() -> None:
    """`pardon, 21`, `je rigole`, `c'est l'ordi de ma sœur`."""
    slip = read(" pardon j ai 21 ans ", NOW)
    assert slip is not None
    assert slip.slip
    jest = read(" je rigole ", NOW)
    assert jest is not None
    assert jest.took_back
    for text in ("c'est l'ordi de ma soeur", "I'm at the library", "that was my brother", "on partage la tablette"):
        shared = read(f" {plain_words(text)} ", NOW)
        assert shared is not None
        assert shared.shares
