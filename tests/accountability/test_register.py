"""The register of tools says what is active, and only that."""

from __future__ import annotations

from importlib import resources

from veillee.accountability.register import ActiveRule, active, register
from veillee.automod.ruleset import load
from veillee.model.verdict import Action, Category

RULES = [
    ActiveRule("fr.hate.slur@3", Category.HATE, Action.BLOCK, "fr"),
    ActiveRule("en.hate.slur@1", Category.HATE, Action.HOLD, "en"),
    ActiveRule("fr.ambush.meeting@1", Category.AMBUSH, Action.CARD, "fr", private=True),
]


def test_one_entry_a_category_with_its_languages_and_actions() -> None:
    """Rules of one category are one tool, its actions mildest first."""
    ambush, hate = register(RULES)
    assert (ambush.category, hate.category) == (Category.AMBUSH, Category.HATE)
    assert hate.languages == ("en", "fr")
    assert hate.acts == (Action.HOLD, Action.BLOCK)


def test_a_tool_that_refuses_by_itself_says_so() -> None:
    """DSA art. 14: whoever reads knows which tools act without a person, and where."""
    ambush, hate = register(RULES)
    assert hate.automatic
    assert not ambush.automatic
    assert ambush.entry()["scope"] == ["public", "private"]
    assert hate.entry()["actions"] == ["hold", "block"]


def test_nothing_active_is_an_empty_register() -> None:
    """No rule, no entry."""
    assert register([]) == ()


def test_the_register_is_made_from_the_ruleset_itself() -> None:
    """Every shipped rule stands in the register, under its id and version."""
    packs = resources.files("veillee.automod").joinpath("packs")
    texts = {f"{folder.name}/{file.name}": file.read_text("utf-8") for folder in packs.iterdir() if folder.is_dir()
             for file in folder.iterdir() if file.name.endswith(".yaml")}  # fmt: skip
    ruleset = load(texts)
    told = {rule for tool in register(active(ruleset)) for rule in tool.rules}
    assert told == {rule.ref for rule in ruleset.rules}
    assert told
