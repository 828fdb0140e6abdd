"""Packs as written: lists, shared signals, gaps."""

from __future__ import annotations

from veillee.automod.documents import Reader
from veillee.automod.engine import Engine
from veillee.automod.ruleset import load
from veillee.model.verdict import Facts

SHARED = """
lists:
  fruit: [pomme, "poir*"]
signals:
  fruit: {terms: ["{fruit}"]}
  sale: {patterns: ["vends? <1> {fruit}"]}
"""
RULES = """
rules:
  - {id: fr.test.sale, version: 1, category: spam, action: hold, reason: r, source: s, condition: sale && fruit,
     must_catch: [a], must_pass: [b]}
"""


def test_lists_and_signals_are_shared_within_a_folder() -> None:
    """What one pack of a language declares, the others use."""
    engine = Engine(load({"fr/common.yaml": SHARED, "fr/rules.yaml": RULES}))
    assert engine.screen(Facts("je vends des poires"))[0].rules == ("fr.test.sale@1",)
    assert engine.screen(Facts("je vends de très belles poires"))[0].rules == ()


def test_a_gap_stays_within_a_sentence() -> None:
    """`<1>` is one word at most, and no full stop."""
    engine = Engine(load({"fr/common.yaml": SHARED, "fr/rules.yaml": RULES}))
    assert engine.screen(Facts("je vends. Pomme"))[0].rules == ()


def test_everyday_lines_are_kept() -> None:
    """A pack may hold lines that every rule should let pass; anything but a list of lines is refused."""
    ruleset = load(
        {"fr/rules.yaml": RULES, "fr/common.yaml": SHARED, "fr/talk.yaml": 'everyday: ["bonsoir", "ça va ?"]'}
    )
    assert ruleset.everyday == ("bonsoir", "ça va ?")
    reader = Reader()
    reader.declare("fr/talk.yaml", reader.document("fr/talk.yaml", "everyday: [1]"))
    assert reader.problems[0].what == "`everyday` is no list of lines"


def test_what_is_not_yaml_is_told_with_its_line() -> None:
    """A tab or an open bracket is named where it stands."""
    reader = Reader()
    assert reader.document("fr/a.yaml", "rules: [\n") == {}
    assert reader.problems[0].line >= 1
    assert reader.document("fr/b.yaml", "just words") == {}
    assert reader.document("fr/c.yaml", "\x00") == {}
    assert len(reader.problems) == 3
