"""Rules as texts: cut out of their packs, read again alone, known by a hash."""

from __future__ import annotations

import pytest

from tests.automod.packs import shipped
from veillee.automod.editions import Shelf, closure, renumbered, reread
from veillee.automod.engine import Engine
from veillee.automod.layers import alone
from veillee.automod.problems import RulesetInvalid
from veillee.model.verdict import Facts
from veillee.outside import packs

COMMON = """
lists:
  fruit: [pomme, "poire*"]
  other: [chou]
signals:
  seller: {patterns: ["je <1> vends?"]}
  quoted: {patterns: ["il a dit"]}
  market: {any: [seller, stall]}
  stall: {terms: [etal]}
"""
RULES = """
# Du commerce.
rules:
  - id: fr.test.fruit
    version: 1
    category: spam
    action: block
    reason: Du commerce.
    source: Règle 6
    signals:
      offer: {patterns: ["(?:vends|donne) <1> {fruit}"]}
    condition: offer && market
    must_catch: [je vends des poires]
    must_pass: [quoted]

  # Une autre.
  - {id: fr.test.other, version: 4, category: spam, action: warn, reason: r, source: s, condition: seller,
     must_catch: [je vends], must_pass: [b]}
lists:
  late: [prune]
"""
PACKS = {"fr/common.yaml": COMMON, "fr/test.yaml": RULES}


def test_a_rule_is_cut_out_as_it_stands() -> None:
    """Without the dash, without its neighbour's comment; inline rules too."""
    shelf = Shelf(PACKS)
    file, text = shelf.places["fr.test.fruit"]
    assert file == "fr/test.yaml"
    assert text.startswith("id: fr.test.fruit\nversion: 1\n")
    assert text.endswith("must_pass: [quoted]\n")
    assert shelf.places["fr.test.other"][1].startswith("{id: fr.test.other")


def test_every_shipped_rule_is_the_same_read_alone() -> None:
    """Cut out, compiled alone, and read again from what is kept: the same hash, the same signals."""
    shelf = Shelf(packs.shipped())
    for rule in shipped().rules[::9]:
        compiled = shelf.compile(*shelf.places[rule.id])
        again = reread(compiled.text)
        assert compiled.text.hash == shelf.kept(rule).hash == again.text.hash, rule.id
        assert {name.split("/")[1] for name in compiled.signals} == {name.split("/")[1] for name in again.signals}
        assert compiled.signals == closure(rule.names, shipped().matcher.signals)


def test_what_is_kept_says_what_the_rule_leans_on() -> None:
    """Shared signals and lists, and what these lean on; nothing else, and nothing that an example happens to name."""
    around = Shelf(PACKS).compile(*Shelf(PACKS).places["fr.test.fruit"]).text.around
    assert around.splitlines() == [
        "lists:", '  fruit: ["pomme", "poire*"]', "signals:", '  market: {"any": ["seller", "stall"]}',
        '  seller: {"patterns": ["je <1> vends?"]}', '  stall: {"terms": ["etal"]}',
    ]  # fmt: skip


def test_the_hash_tells_texts_apart_and_surroundings_too() -> None:
    """Another word in the rule, or in a list that it uses: another hash. In a list that it does not use: the same."""
    place = Shelf(PACKS).places["fr.test.fruit"]
    first = Shelf(PACKS).compile(*place).text.hash
    changed = Shelf(PACKS).compile(place[0], place[1].replace("Du commerce", "Un commerce")).text.hash
    wider = Shelf({**PACKS, "fr/common.yaml": COMMON.replace("[pomme,", "[pomme, figue,")}).compile(*place).text.hash
    beside = Shelf({**PACKS, "fr/common.yaml": COMMON.replace("chou", "navet")}).compile(*place).text.hash
    assert len({first, changed, wider}) == 3
    assert beside == first


def test_an_old_rule_fires_as_on_its_day() -> None:
    """Read again from what was kept, when the packs are long gone."""
    kept = Shelf(PACKS).compile(*Shelf(PACKS).places["fr.test.fruit"]).text
    engine = Engine(alone([reread(kept)]))
    assert engine.screen(Facts("je vends des poires"))[0].rules == ("fr.test.fruit@1",)
    assert engine.screen(Facts("je mange des poires"))[0].rules == ()


def test_a_problem_names_the_line_of_the_text() -> None:
    """As whoever wrote it counts: its first line is 1."""
    shelf = Shelf(PACKS)
    file, text = shelf.places["fr.test.fruit"]
    with pytest.raises(RulesetInvalid) as refusal:
        shelf.compile(file, text.replace("spam", "spamm"))
    assert [(each.file, each.line) for each in refusal.value.problems] == [(file, 3)]
    for odd in ("- " + text.replace("\n", "\n  "), text * 2_000, "je vends des poires", text + "\trien"):
        with pytest.raises(RulesetInvalid):
            shelf.compile(file, odd)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("id: a\nversion: 1\naction: warn\n", "id: a\nversion: 7\naction: warn\n"),
        ("{id: a, version: 12, action: warn}", "{id: a, version: 7, action: warn}"),
        ("id: a\naction: warn\n", "id: a\nversion: 7\naction: warn\n"),
    ],
)
def test_a_text_gets_another_version(text: str, wanted: str) -> None:
    """In whichever way it is written."""
    assert renumbered(text, 7) == wanted
