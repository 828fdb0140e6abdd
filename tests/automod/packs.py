"""Small packs for the tests of the judging room, and the shipped ones loaded once."""

from __future__ import annotations

from functools import cache

from veillee.automod.engine import Engine
from veillee.automod.learner import read_all
from veillee.automod.ruleset import Ruleset, load
from veillee.outside import packs, weights

FIG_RULE = """id: fr.spam.figue
version: 1
category: spam
action: warn
reason: Du commerce de figues.
source: Règle 6
signals:
  goods: {terms: ["figue*"]}
condition: goods
must_catch: [je vends des figues]
must_pass: [je vends des poires]
"""
"""One rule as staff write it, without the dash."""

RULE = """
rules:
  - id: fr.test.fruit
    version: 1
    category: spam
    action: block
    reason: A test.
    source: A test.
    signals:
      fruit: {terms: [pomme, "poire*"]}
      seller: {patterns: ["je <2> vends"]}
      link: {raw: ["https?://\\\\S+"]}
      offer: {near: [fruit, seller], words: 3}
    condition: CONDITION
    must_catch: [a]
    must_pass: [b]
"""


def pack(condition: str = "fruit") -> dict[str, str]:
    """One pack with one rule of that condition."""
    return {"fr/test.yaml": RULE.replace("CONDITION", condition)}


def engine(condition: str = "fruit") -> Engine:
    """An engine with that one rule."""
    return Engine(load(pack(condition)))


@cache
def shipped() -> Ruleset:
    """The packs that ship, compiled once for all tests."""
    return load(packs.shipped(), read_all(weights.shipped()))
