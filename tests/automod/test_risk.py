"""Risk over a conversation: stages at turns, belief apart from policy, turns cited."""

from __future__ import annotations

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
