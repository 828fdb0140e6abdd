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
    lines = 'everyday: ["bonsoir", "ça va ?"]'
    ruleset = load({"fr/rules.yaml": RULES, "fr/common.yaml": SHARED, "fr/talk.yaml": lines})
    assert ruleset.everyday == ("bonsoir", "ça va ?")
    reader = Reader()
    reader.declare("fr/talk.yaml", reader.document("fr/talk.yaml", "everyday: [1]"))
    assert reader.problems[0].what == "`everyday` is no list of lines"


def ruled(signals: str, condition: str, more: str = "", **others: str) -> Engine:
    """An engine with one rule of these signals and that condition."""
    rule = (
        "rules:\n  - id: fr.test.one\n    version: 1\n    category: spam\n    action: hold\n    reason: r\n"
        f"    source: s\n    must_catch: [a]\n    must_pass: [b]\n    signals: {signals}\n"
        f"    condition: {condition}\n{more}"
    )
    return Engine(load({"fr/rule.yaml": rule, **{f"fr/{name}.yaml": text for name, text in others.items()}}))


def fires(engine: Engine, text: str) -> bool:
    """Whether any rule fires."""
    return bool(engine.screen(Facts(text))[0].rules)


def test_plain_spelling_in_a_rule_sees_short_spelling_in_a_text() -> None:
    """A pack tells what people type; a rule says what they mean, and the span is what was typed."""
    engine = ruled(
        "{who: {patterns: ['je t aime <1> beaucoup']}}", "who", words="spelling: {jtm: je t'aime, bcp: beaucoup}"
    )
    assert engine.screen(Facts("oh jtm bcp"))[0].spans == ((3, 10),)
    assert not fires(engine, "jtm")


def test_units_after_a_number_are_left() -> None:
    """`g 15 ans` is an age, `5 g` a weight."""
    spelling = "spelling: {g: j'ai}\nunits: [g]\narticles: [le]"
    engine = ruled("{own: {terms: [j'ai]}}", "own", words=spelling)
    assert fires(engine, "g 15 ans")
    assert not fires(engine, "5 g de sucre, le g")


def test_unless_takes_the_whole_line_out() -> None:
    """A rule may name signals that free a line."""
    engine = ruled("{fruit: {terms: [pomme]}, talk: {terms: [on dit]}}", "fruit", "    unless: [talk]\n")
    assert fires(engine, "une pomme")
    assert not fires(engine, "on dit une pomme")


def test_a_list_in_the_place_of_a_part_is_any_of_them() -> None:
    """Target, predicate and stance in one line, without a signal for every union."""
    signals = (
        "{a: {terms: [pomme]}, b: {terms: [poire]}, rot: {terms: [pourrie]}, hit: {near: [[a, b], rot], words: 1}}"
    )
    engine = ruled(signals, "hit")
    assert fires(engine, "une poire bien pourrie")
    assert fires(engine, "pourrie cette pomme")
    assert not fires(engine, "une pomme et une poire")


def test_a_sentence_is_a_distance() -> None:
    """`words: sentence`: however far, and no full stop between."""
    signals = "{a: {terms: [pomme]}, b: {terms: [poire]}, both: {near: [a, b], words: sentence}}"
    engine = ruled(signals, "both")
    assert fires(engine, "pomme un deux trois quatre cinq six sept huit poire")
    assert not fires(engine, "pomme. poire")


def test_an_exception_may_stand_before_or_after_only() -> None:
    """`except_before` counts the words before a match, `except_after` those after it."""
    signals = "{a: {terms: [pomme]}, not_so: {terms: [pas]}, hit: {any: [a], except: [not_so], except_before: 2}}"
    engine = ruled(signals, "hit")
    assert not fires(engine, "pas une pomme")
    assert fires(engine, "une pomme pas")


def test_what_is_not_yaml_is_told_with_its_line() -> None:
    """A tab or an open bracket is named where it stands."""
    reader = Reader()
    assert reader.document("fr/a.yaml", "rules: [\n") == {}
    assert reader.problems[0].line >= 1
    assert reader.document("fr/b.yaml", "just words") == {}
    assert reader.document("fr/c.yaml", "\x00") == {}
    assert len(reader.problems) == 3


def test_a_list_declared_twice_is_refused() -> None:
    """Two packs of one folder cannot both say what a list holds: the second would silently win."""
    reader = Reader()
    for name in ("fr/a.yaml", "fr/b.yaml"):
        reader.declare(name, reader.document(name, "lists:\n  fruit: [pomme]\n"))
    assert [str(problem) for problem in reader.problems] == [
        "fr/b.yaml:2: list `fruit` is declared twice: give it another name, or join the two"
    ]
