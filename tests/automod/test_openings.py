"""First messages to many people, and the same line again and again: counted without reading them."""

from __future__ import annotations

from tests.automod.packs import shipped
from veillee.automod.engine import Engine
from veillee.automod.state import Memory
from veillee.model.verdict import Action, Category, Facts, Persona, Verdict


def send(author: str, names: list[str], text: str, *, age: int | None = None, reader_age: int | None = None,
         device: str | None = "d", apart: float = 5.0) -> list[Verdict]:  # fmt: skip
    """One message to each, `{n}` being the reader's name; a new guest of one device where `author` holds `{n}`."""
    engine, memory, out = Engine(shipped()), Memory(), []
    for number, name in enumerate(names):
        who = Persona(author.format(n=number), age=age, device=device)
        facts = Facts(
            text.format(n=name), private=True, conversation=f"c{number}", at=1000.0 + apart * number, author=who,
            readers=(Persona(f"r{number}", name, age=reader_age),),
        )  # fmt: skip
        verdict, state = engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
        out.append(verdict)
    return out


NAMES = ["Lea", "Tom42", "Ana", "Lou", "Max", "Zoe", "Kim", "Sam", "Eve", "Paul", "Iris", "Noé", "Jade", "Hugo"]


def test_the_same_first_words_to_many_are_held() -> None:
    """From the fourth conversation on, also where each reader is greeted by name."""
    for text in ("coucou ça va ? regarde mon profil pour discuter", "coucou {n} regarde mon profil pour discuter"):
        actions = [verdict.action for verdict in send("a", NAMES[:5], text)]
        assert actions[:3] == [Action.ALLOW] * 3
        assert actions[3] is Action.HOLD


def test_coming_back_under_another_name_does_not_start_anew() -> None:
    """The device counts too."""
    actions = [v.action for v in send("guest{n}", NAMES[:5], "regarde mon profil pour discuter avec moi")]
    assert Action.HOLD in actions
    apart = [v.action for v in send("guest{n}", NAMES[:5], "regarde mon profil pour discuter avec moi", device=None)]
    assert Action.HOLD not in apart


def test_many_first_messages_ask_to_think_again() -> None:
    """Twelve conversations in ten minutes, whatever the words; over an afternoon they are nobody's business."""
    assert send("a", NAMES[:12], "salut {n}")[-1].action is Action.WARN
    assert send("a", NAMES[:12], "salut {n}", apart=300.0)[-1].action is Action.ALLOW


def test_an_adult_who_writes_to_many_young_people_is_noticed() -> None:
    """Declared ages and counts alone: the third gets a card, and staff may see it in private too."""
    verdicts = send("a", NAMES[:3], "salut {n}", age=34, reader_age=15)
    assert verdicts[1].action is Action.ALLOW
    assert verdicts[2].action is Action.CARD
    assert verdicts[2].categories == (Category.MINOR_SAFETY,)
    assert verdicts[2].case
    assert all(v.action is Action.ALLOW for v in send("a", NAMES[:3], "salut {n}", age=16, reader_age=15))


def test_the_same_line_again_and_again_asks_to_think_again() -> None:
    """Four times within a minute in one room."""
    engine, memory = Engine(shipped()), Memory()
    actions = []
    for number in range(4):
        facts = Facts("quelqu'un pour parler ?", conversation="cafe", at=1000.0 + number, author=Persona("a"))
        verdict, state = engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
        actions.append(verdict.action)
    assert actions == [Action.ALLOW] * 3 + [Action.WARN]
