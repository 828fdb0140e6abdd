"""The examples inside every rule, run: each rule proves itself on the lines it carries."""

from __future__ import annotations

from dataclasses import dataclass

from veillee.automod.engine import Engine
from veillee.automod.layers import awake
from veillee.automod.ruleset import Rule, Ruleset
from veillee.model.verdict import Facts, Kind, Persona


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that a rule should have caught (`must_catch`) or let pass (`must_pass`), and did not."""

    rule: str
    expected: str
    text: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.expected}: {self.text}"


def check(ruleset: Ruleset) -> list[Failure]:
    """Every example that fails, in the order of the rules. Empty when the packs keep their promises."""
    engine = Engine(awake(ruleset))
    failures = []
    for rule in ruleset.rules:
        missed = [text for text in rule.must_catch if not _fires(engine, rule, text, every=False)]
        caught = [text for text in rule.must_pass if _fires(engine, rule, text, every=True)]
        failures += [Failure(rule.id, "must_catch", text, rule.file, rule.line) for text in missed]
        failures += [Failure(rule.id, "must_pass", text, rule.file, rule.line) for text in caught]
    return failures


def _fires(engine: Engine, rule: Rule, text: str, *, every: bool) -> bool:
    """Whether the rule fires on the text: as a line in public, and, where that is asked or needed, in private."""
    kind = Kind.MESSAGE if Kind.MESSAGE in rule.kinds else sorted(rule.kinds, key=lambda k: k.value)[0]
    newcomer = Persona("a", minutes_since_entry=1.0)
    looks = [Facts(text, kind), Facts(text, kind, private=True), Facts(text, kind, author=newcomer)]
    if every:
        looks += [Facts(text, other) for other in sorted(rule.kinds - {kind}, key=lambda k: k.value)]
    return any(rule.ref in engine.screen(facts)[0].rules for facts in looks)
