"""Every rule keeps the promises written inside it; ordinary talk goes through all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.automod.packs import shipped
from veillee.automod.engine import Engine
from veillee.automod.examples import check, talk
from veillee.automod.normalise import Skeleton
from veillee.automod.ruleset import load
from veillee.model.verdict import Action, Category, Facts
from veillee.outside import packs

ORDINARY = yaml.safe_load((Path(__file__).parent / "ordinary.yaml").read_text(encoding="utf-8"))
LINES = [(topic, line) for topic, lines in ORDINARY.items() for line in lines]
STOPPED = yaml.safe_load((Path(__file__).parent / "stopped.yaml").read_text(encoding="utf-8"))["lines"]
STANCES = yaml.safe_load((Path(__file__).parent / "stances.yaml").read_text(encoding="utf-8"))
SPEAKING = [
    (f"{language}/{signal}", line, sort == "shows")
    for language, signals in STANCES.items()
    for signal, sorts in signals.items()
    for sort, lines in sorts.items()
    for line in lines
]
NOT_IN_PACKS = {Category.PERSONA_CONFLICT}
"""Decided from declared facts (automod/persona.py), not from a text."""


def test_every_rule_keeps_its_promises() -> None:
    """must_catch is caught, must_pass passes, for every rule of every pack."""
    assert [str(failure) for failure in check(shipped())] == []


def test_grown_up_talk_passes() -> None:
    """Flirting, coming out, trans health, PrEP, harm reduction, sex workers' safety, victims telling: not offences."""
    heard = talk(shipped(), shipped().everyday)
    assert heard.lines >= 300
    assert heard.clean, [str(line) for line in heard.flagged]


@pytest.mark.parametrize(("topic", "line"), LINES)
def test_ordinary_talk_passes(topic: str, line: str) -> None:
    """What people say in the evening is allowed, whichever rule looks."""
    verdict, _ = Engine(shipped()).screen(Facts(line))
    assert verdict.action is Action.ALLOW, (topic, verdict.rules)


@pytest.mark.parametrize("line", STOPPED)
def test_what_harms_does_not_pass(line: str) -> None:
    """Hate, threats, offers, scams, disguised or plain: stopped, warned about, or answered with a card."""
    verdict, _ = Engine(shipped()).screen(Facts(line))
    assert verdict.action is not Action.ALLOW
    assert verdict.spans


@pytest.mark.parametrize(("signal", "line", "shown"), SPEAKING)
def test_a_line_shows_who_speaks(signal: str, line: str, shown: bool) -> None:
    """Quotation, counter-speech, negation and telling are recognised; a disclaimer or an approval is none of them."""
    found = shipped().matcher.find(Skeleton(line))
    assert found.holds(signal) is shown, found.skeleton.words


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_category_has_a_rule_in_both_languages(language: str) -> None:
    """French and English cover the same ground."""
    covered = {c for r in shipped().rules if r.id.startswith(f"{language}.") for c in (r.category, *r.also)}
    assert set(Category) - NOT_IN_PACKS <= covered


def test_self_harm_is_never_punished() -> None:
    """Whoever speaks of dying gets a card for themselves, never a refusal."""
    rules = [rule for rule in shipped().rules if rule.category is Category.SELF_HARM]
    assert rules
    for rule in rules:
        assert rule.action is Action.CARD
        assert rule.card == "self_harm_support"
        assert rule.card_for.value == "author"


def test_the_page_on_adding_a_rule_is_true() -> None:
    """The rule of docs/internals/add-a-rule.md loads beside the shipped packs and keeps its promises."""
    page = (Path(__file__).parents[2] / "docs" / "internals" / "add-a-rule.md").read_text(encoding="utf-8")
    block = page.split("```yaml\n")[1].split("```")[0]
    ruleset = load({**packs.shipped(), "fr/fruit.yaml": block})
    assert [failure for failure in check(ruleset) if failure.rule == "fr.spam.fruit"] == []


@pytest.mark.parametrize("name", packs.shipped())
def test_every_word_of_a_pack_is_text(name: str) -> None:
    """An unquoted `no` or `null` in a list would be looked for as "False" or "None"."""
    assert [f"line {node.start_mark.line + 1}: {node.value}" for node in _unquoted(packs.shipped()[name])] == []


def _unquoted(text: str) -> list[yaml.Node]:
    """What stands in a list of words and is not read as text; numbers of `conversation:` are meant."""
    found: list[yaml.Node] = []
    lists: list[yaml.Node] = [yaml.compose(text) or yaml.MappingNode("map", [])]
    while lists:
        node = lists.pop()
        for value in node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in node.value]:
            if not isinstance(value, yaml.ScalarNode):
                lists.append(value)
            elif isinstance(node, yaml.SequenceNode) and not value.tag.endswith(":str"):
                found.append(value)
    return found
