"""Risk over a conversation: stages at turns, belief apart from policy, turns cited."""

from __future__ import annotations

import pytest

from tests.automod.dialogues import Dialogue, judged, read
from tests.automod.packs import shipped
from veillee.automod.engine import Engine
from veillee.automod.risk import Belief, Story, decide
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
    """The policy cites the turns, and stays quiet about what was said before, or rests on one sign alone."""
    weights = shipped().weights
    theme = next(theme for theme in weights.themes if theme.name == "ambush")
    turns = (Evidence("meeting", 1, 0.0, "a"), Evidence("come_alone", 2, 0.0, "a"))
    told = decide(Belief(stories=(Story(theme, 0.9, turns, grew=True),)), weights)
    assert told[0].category is Category.AMBUSH
    assert told[0].action is Action.HOLD
    assert told[0].evidence == ("meeting@1", "come_alone@2")
    assert decide(Belief(stories=(Story(theme, 0.9, turns, grew=False),)), weights) == []
    assert decide(Belief(stories=(Story(theme, 0.9, turns[:1], grew=True),)), weights) == []
    assert decide(Belief(stories=(Story(theme, 0.5, turns, grew=True),)), weights) == []


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
    lines = [("c", "bonsoir"), ("d", "salut"), *LURING["fr"][:5]]
    alone = talk(*LURING["fr"][:5], people=ADULT_AND_TEEN, private=False)
    among = talk(*lines, people=crowd, private=False)
    assert among[-1].risk < alone[-1].risk


def test_in_a_room_stages_count_towards_whoever_is_spoken_to() -> None:
    """Said to one person by name, signs add up; said to several people in turn, they do not."""
    people = {
        name: Persona(name, pseudonym, age=30)
        for name, pseudonym in zip("abcd", ("Kev", "Tom", "Ana", "Lou"), strict=True)
    }
    start = [("b", "salut"), ("c", "bonsoir"), ("d", "coucou")]
    to_one = [("a", "Tom viens au parking derrière la gare"), ("a", "Tom viens seul"), ("a", "Tom dis rien à personne")]
    to_all = [("a", "Tom viens au parking derrière la gare"), ("a", "Ana viens seul"), ("a", "Lou dis rien à personne")]
    one = talk(*start, *to_one, people=people, private=False)
    several = talk(*start, *to_all, people=people, private=False)
    assert any("conversation.ambush@2" in verdict.rules for verdict in one)
    assert not any("conversation.ambush@2" in verdict.rules for verdict in several)


def test_scores_expire_in_seven_days() -> None:
    """A sign of last week weighs on nobody; after two days it weighs half."""
    engine, memory = Engine(shipped()), Memory()
    reader = Persona("b", age=14)
    risks = []
    lines = ["t'es seule ce soir ?", "dis rien à tes parents", "c'est notre secret"]
    for at, line in zip((0.0, 60.0, 8 * 86_400.0), lines, strict=True):
        facts = Facts(line, private=True, conversation="c", at=1e9 + at, author=Persona("a", age=34), readers=(reader,))
        verdict, state = engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
        risks.append(verdict.signals)
    assert state is not None
    assert {e.turn for e in state.conversation.evidence} == {3}
    assert not any("@1" in mark or "@2" in mark for mark in risks[-1])


def test_asking_again_after_a_refusal_is_graded() -> None:
    """The author is asked to think again, then the reader gets a card, then it is held; turns of both are cited."""
    lines = [("a", "tu m'envoies une photo ?"), ("b", "non merci"), ("a", "allez juste une photo"),
             ("b", "j'ai dit non"), ("a", "stp une photo"), ("b", "non"), ("a", "envoie une photo")]  # fmt: skip
    verdicts = talk(*lines, people=STRANGERS)
    assert [v.action for v in verdicts[2::2]] == [Action.WARN, Action.CARD, Action.HOLD]
    assert verdicts[-1].card == "aggression_help"
    assert not verdicts[-1].case  # in private nobody is told
    assert {"image_ask@3", "refuse@2"} <= set(verdicts[-1].signals)


def test_what_is_told_of_others_is_no_stage() -> None:
    """A victim who tells, and advice, are not the deed."""
    lines = [("a", "un mec m'a demandé de venir seul au parking"),
             ("a", "il m'a dit de prendre du cash et pas de vocal"),
             ("b", "faut signaler, ne va jamais seul à un rdv dans un coin isolé")]  # fmt: skip
    assert all(verdict.action is Action.ALLOW for verdict in talk(*lines, people=STRANGERS))


BAD = {"luring": 0.9, "ambush": 0.85, "persistence": 0.9, "romance": 0.9, "trade": 0.9}
CATEGORY = {
    "luring": "minor_safety",
    "ambush": "ambush",
    "persistence": "harassment",
    "romance": "scam",
    "trade": "drugs",
}


@pytest.mark.parametrize("theme", BAD)
def test_short_bad_conversations_are_seen_early(theme: str) -> None:
    """Three to nine lines: nearly all are seen, half of them by the fourth turn (SAFETY §3.7)."""
    engine = Engine(shipped())
    lines = [line for part in read(theme).values() for by_language in part.values() for line in by_language]
    first = []
    for line in lines:
        verdicts = judged(engine, Dialogue.of(line))
        named = [n for n, v in enumerate(verdicts, 1) if CATEGORY[theme] in v.categories and v.action.gravity > 0]
        first.append(named[0] if named else None)
    seen = sorted(number for number in first if number is not None)
    assert len(seen) >= BAD[theme] * len(lines)
    assert seen[len(seen) // 2] <= 4
    assert len(lines) >= 50


def test_harmless_conversations_of_the_same_themes_stay_quiet() -> None:
    """Youth workers, parents, classmates, dates in cafés, loans, games, tutors, landlords: at most one in a hundred."""
    engine = Engine(shipped())
    lines = [line for part in read("benign").values() for by_language in part.values() for line in by_language]
    flagged = [
        line
        for line in lines
        if any(
            rule.startswith(("conversation.", "persona."))
            for v in judged(engine, Dialogue.of(line))
            for rule in v.rules
        )
    ]
    assert len(lines) >= 120
    assert len(flagged) <= len(lines) / 100, flagged
