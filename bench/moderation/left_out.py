"""How much of a rule's own proof the other rules would have caught: each rule left out once.

A line of `must_catch` that no other rule of the category sees was learnt by heart by one rule; a high share caught by
the others says that the category is covered by more than its examples.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from veillee.automod.engine import Engine
from veillee.automod.ruleset import Rule, Ruleset
from veillee.model.verdict import Facts, Kind


@dataclass(slots=True)
class Category:
    """What was counted for one category in one language."""

    catch: int = 0
    caught: int = 0
    by_others: int = 0
    near: int = 0
    near_flagged: int = 0
    near_stopped: int = 0


def by_category(ruleset: Ruleset) -> dict[tuple[str, str], Category]:
    """For (language, category): lines to catch, caught, caught without their own rule; near-misses flagged."""
    engine = Engine(ruleset)
    of = {rule.ref: rule for rule in ruleset.rules}
    out: dict[tuple[str, str], Category] = defaultdict(Category)
    for rule in ruleset.rules:
        entry = out[rule.id.split(".")[0], rule.category.value]
        for text in rule.must_catch:
            fired = _fired(engine, of, rule, text)
            entry.catch += 1
            entry.caught += bool(fired)
            entry.by_others += any(other.ref != rule.ref for other in fired)
        for text in rule.must_pass:
            fired = _fired(engine, of, rule, text)
            entry.near += 1
            entry.near_flagged += bool(fired)
            entry.near_stopped += any(other.action.gravity >= 3 for other in fired)
    return dict(sorted(out.items()))


def _fired(engine: Engine, of: dict[str, Rule], rule: Rule, text: str) -> list[Rule]:
    """The rules of the same category that fire on the text, in public."""
    kind = Kind.MESSAGE if Kind.MESSAGE in rule.kinds else sorted(rule.kinds, key=lambda k: k.value)[0]
    verdict, _ = engine.screen(Facts(text, kind))
    rules = [of[ref] for ref in verdict.rules if ref in of]
    return [other for other in rules if rule.category in (other.category, *other.also)]
