"""The weights of whole conversations, as a volunteer reads and changes them."""

from __future__ import annotations

import pytest

from tests.automod.packs import shipped
from veillee.automod.ruleset import RulesetInvalid, load
from veillee.automod.weights import PACK, Weights, read
from veillee.outside import packs

TEXT = packs.shipped()[PACK]


def test_the_shipped_weights_name_only_stages_that_exist() -> None:
    """Every theme is there, every stage is declared by a pack."""
    weights = shipped().weights
    assert {theme.name for theme in weights.themes} == {"luring", "ambush", "romance", "trade"}
    known = {name.partition("/stage_")[2] for name in shipped().matcher.signals if "/stage_" in name}
    assert weights.stages() <= known
    assert weights.seconds == 7 * 86_400


def test_every_stage_is_declared_in_both_languages() -> None:
    """What is seen in French is seen in English."""
    names = shipped().matcher.signals
    french = {name.partition("/")[2] for name in names if name.startswith("fr/stage_")}
    english = {name.partition("/")[2] for name in names if name.startswith("en/stage_")}
    assert french == english


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("secrecy: 1.8", "secrcy: 1.8", "secrcy"),
        ("prior: -4.0", "prior: much", "much"),
        ("young_reader: 1.8", "yong_reader: 1.8", "yong_reader"),
        ("category: minor_safety", "category: minors", "minors"),
        ("crowd: -0.8", "crowds: -0.8", "crowd"),
        ("conversation:", "conversation: [", "not YAML"),
    ],
)  # fmt: skip
def test_a_broken_weight_is_refused_with_what_to_do(old: str, new: str, what: str) -> None:
    """A misspelt stage, a word for a number: nothing half right is loaded."""
    assert old in TEXT
    with pytest.raises(RulesetInvalid) as refused:
        load({**packs.shipped(), PACK: TEXT.replace(old, new, 1)})
    assert any(what in str(problem) and problem.remedy for problem in refused.value.problems)


def test_without_a_pack_there_are_no_themes() -> None:
    """Other packs need not speak of conversations."""
    assert load({}).weights == Weights()
    assert read(TEXT)[1] == []
