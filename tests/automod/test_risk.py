"""Risk over a conversation: stages at turns, belief apart from policy, turns cited."""

from __future__ import annotations

import pytest

from tests.automod.packs import shipped
from veillee.automod.engine import Engine
from veillee.automod.risk import Belief, decide
from veillee.automod.state import Evidence, Memory
from veillee.model.verdict import Action, Category, Facts, Persona, Verdict


def talk(*turns: tuple[str, str], people: dict[str, Persona], private: bool = True) -> list[Verdict]:
    """The verdicts of a conversation, turn by turn."""
    engine, memory, out = Engine(shipped()), Memory(), []
    for number, (who, text) in enumerate(turns):
        readers = tuple(person for name, person in people.items() if name != who)
        facts = Facts(
            text, private=private, conversation="c", at=1000.0 + 20 * number, author=people[who], readers=readers
        )
        verdict, state = engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
        out.append(verdict)
    return out


def test_a_belief_says_what_to_do_only_when_this_turn_adds_to_it() -> None:
    """The policy cites the turns, and stays quiet about what was said before."""
    turns = (Evidence("meeting", 1, 0.0, "a"), Evidence("come_alone", 2, 0.0, "a"))
    told = decide(Belief(ambush=0.9, ambush_turns=turns, now=frozenset({"come_alone"})))
    assert told[0].category is Category.AMBUSH
    assert told[0].evidence == ("meeting@1", "come_alone@2")
    assert decide(Belief(ambush=0.9, ambush_turns=turns)) == []


def test_the_same_first_words_to_many_are_held() -> None:
    """Five conversations opened with one text within minutes: spam, on the fifth at the latest."""
    engine, memory = Engine(shipped()), Memory()
    actions = []
    for number in range(6):
        facts = Facts(
            "coucou ça va ? regarde mon profil pour discuter",
            private=True, conversation=f"c{number}", at=1000.0 + 5 * number, author=Persona("a"),
        )  # fmt: skip
        verdict, state = engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
        actions.append(verdict.action)
    assert Action.HOLD in actions[:5]
    assert actions[0] is Action.ALLOW


def test_a_state_holds_no_text() -> None:
    """What is remembered are stages, turns, ages and checksums."""
    engine = Engine(shipped())
    _, state = engine.screen(Facts("un secret très personnel", conversation="c", author=Persona("a")))
    assert "personnel" not in repr(state)


ADULT_AND_TEEN = {"a": Persona("a", "Marc", age=34, device="d1"), "b": Persona("b", "Zoé", age=14, device="d2")}
STRANGERS = {"a": Persona("a", "Kev", age=22, minutes_since_entry=4.0), "b": Persona("b", "Tom", age=27)}
TEENS = {"a": Persona("a", "Lou", age=15), "b": Persona("b", "Max", age=15)}
FRIENDS = {"a": Persona("a", "Ana", age=41), "b": Persona("b", "Léo", age=38)}

LURING = {
    "fr": [
        ("a", "coucou, t'as quel âge ?"), ("b", "14 et toi"), ("a", "34 mais t'es vraiment mature pour ton âge"),
        ("b", "merci"), ("a", "tes parents sont là ce soir ?"), ("b", "non ils travaillent"),
        ("a", "t'as snap ? on sera plus tranquilles"), ("a", "dis-le à personne, c'est notre secret"),
        ("a", "on peut se voir samedi, je passe te chercher"),
    ],
    "en": [
        ("a", "hey, how old are you?"), ("b", "14"), ("a", "you're so mature for your age"), ("b", "thanks"),
        ("a", "are your parents home?"), ("b", "no"), ("a", "do you have snap? let's talk there"),
        ("a", "don't tell anyone, it's our little secret"), ("a", "we should meet, I can pick you up"),
    ],
}  # fmt: skip
AMBUSHES = {
    "fr": [
        ("a", "slt tu me plais"), ("b", "merci, on s'appelle avant ?"), ("a", "non pas de vocal, j'aime pas"),
        ("a", "on se voit maintenant ? viens au parking derrière le stade"), ("b", "maintenant ?"),
        ("a", "oui tout de suite, viens seul, dis rien à personne"),
    ],
    "en": [
        ("a", "hey handsome"), ("b", "hi, can we do a call first?"), ("a", "no calls, my mic is broken"),
        ("a", "meet me at the car park behind the stadium"), ("b", "now?"),
        ("a", "right now, come alone and don't tell anyone"),
    ],
}  # fmt: skip
HARMLESS = [
    (FRIENDS, [("a", "On se voit samedi au marché ?"), ("b", "Oui, à 10h devant la mairie"),
               ("a", "Je passe te prendre"), ("b", "Parfait, ramène du pain"),
               ("a", "Dis-le à personne, c'est une surprise pour Léa")]),
    (FRIENDS, [("a", "Shall we meet on Saturday?"), ("b", "Yes, at the market"), ("a", "I'll pick you up at ten")]),
    (TEENS, [("a", "t'as quel âge ?"), ("b", "15 et toi"), ("a", "pareil, t'as insta ?"), ("b", "oui"),
             ("a", "on se voit au parc avec les autres ?")]),
    (STRANGERS, [("a", "salut, tu fais quoi ?"), ("b", "je regarde un film"), ("a", "tu es seul ce soir ?"),
                 ("b", "oui"), ("a", "un verre demain au Café des Arts ? il y a du monde et c'est sympa")]),
    (ADULT_AND_TEEN, [("a", "bonjour, tu as quel âge ?"), ("b", "14 ans"),
                      ("a", "alors le salon des jeunes est par là, bonne soirée")]),
]  # fmt: skip


@pytest.mark.parametrize("language", LURING)
def test_luring_is_seen_before_the_meeting(language: str) -> None:
    """By the time secrecy is asked, the young reader has a card; when all stages add up it is held, turns cited."""
    verdicts = talk(*LURING[language], people=ADULT_AND_TEEN)
    flagged = [n for n, v in enumerate(verdicts) if Category.MINOR_SAFETY in v.categories and "luring" in str(v.rules)]
    assert flagged
    assert flagged[0] <= 7
    assert verdicts[-1].action is Action.HOLD
    assert len({mark.partition("@")[2] for mark in verdicts[-1].signals if "@" in mark}) >= 2


@pytest.mark.parametrize("language", AMBUSHES)
def test_an_ambush_gets_the_card_before_the_place_is_reached(language: str) -> None:
    """Refused call, isolated place, haste, alone, tell nobody: the reader has the safe-meeting card."""
    verdicts = talk(*AMBUSHES[language], people=STRANGERS)
    assert verdicts[-1].card == "safe_meeting"
    assert Category.AMBUSH in verdicts[-1].categories
    assert verdicts[0].action is Action.ALLOW


@pytest.mark.parametrize(("people", "turns"), HARMLESS)
def test_harmless_conversations_stay_quiet(people: dict[str, Persona], turns: list[tuple[str, str]]) -> None:
    """Friends who meet, teenagers among themselves, a first date in a café, an adult who sends a teen on."""
    verdicts = talk(*turns, people=people)
    assert [v for v in verdicts if Category.AMBUSH in v.categories] == []
    assert not any("luring" in str(v.rules) for v in verdicts)


def test_a_room_is_not_a_conversation() -> None:
    """The same lines weigh less in a room full of people than said to one."""
    crowd = {**ADULT_AND_TEEN, "c": Persona("c", age=40), "d": Persona("d", age=30)}
    alone = talk(*LURING["fr"][:5], people=ADULT_AND_TEEN, private=False)
    among = talk(*LURING["fr"][:5], people=crowd, private=False)
    assert among[-1].risk < alone[-1].risk
