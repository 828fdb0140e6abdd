"""Packs proved: each rule on the lines it carries, all of them together on what people say every day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from veillee.automod.engine import Engine
from veillee.automod.layers import awake
from veillee.automod.ruleset import Rule, Ruleset
from veillee.model.verdict import Action, Facts, Kind, Persona

MOST_REFUSED = 0.003
"""Share of everyday lines that all rules together may hold or block."""
MOST_FLAGGED = 0.02
"""Share of everyday lines that may get any verdict but `allow`: cards, warnings and refusals."""


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


@dataclass(frozen=True, slots=True)
class Flagged:
    """An everyday line that did not simply pass, with what became of it and the rules that did it."""

    text: str
    action: Action
    rules: tuple[str, ...]

    def __str__(self) -> str:
        return f"everyday, {self.action.value} by {', '.join(self.rules)}: {self.text}"


@dataclass(frozen=True, slots=True)
class Talk:
    """How everyday talk fared: how many lines, and those that did not simply pass."""

    lines: int
    flagged: tuple[Flagged, ...]

    @property
    def refused_share(self) -> float:
        """The share that was held or blocked, from 0 to 1."""
        return sum(line.action in (Action.HOLD, Action.BLOCK) for line in self.flagged) / max(1, self.lines)

    @property
    def flagged_share(self) -> float:
        """The share that got any verdict but `allow`, from 0 to 1."""
        return len(self.flagged) / max(1, self.lines)

    @property
    def clean(self) -> bool:
        """Whether both shares stay within their bounds."""
        return self.refused_share <= MOST_REFUSED and self.flagged_share <= MOST_FLAGGED


def talk(ruleset: Ruleset, lines: Iterable[str]) -> Talk:
    """These lines said in public, judged by all rules together."""
    engine = Engine(awake(ruleset))
    said = tuple(lines)
    verdicts = [(text, engine.screen(Facts(text))[0]) for text in said]
    flagged = tuple(Flagged(text, v.action, v.rules) for text, v in verdicts if v.action is not Action.ALLOW)
    return Talk(len(said), flagged)


def check(ruleset: Ruleset) -> list[Failure]:
    """Every example that fails, in the order of the rules, then those of whole categories. Empty when all hold."""
    engine = Engine(awake(ruleset))
    failures = []
    for rule in ruleset.rules:
        missed = [text for text in rule.must_catch if not _fires(engine, rule, text, every=False)]
        caught = [text for text in rule.must_pass if _fires(engine, rule, text, every=True)]
        failures += [Failure(rule.id, "must_catch", text, rule.file, rule.line) for text in missed]
        failures += [Failure(rule.id, "must_pass", text, rule.file, rule.line) for text in caught]
    for lines in ruleset.lines:
        for text in lines.must_catch:
            if not _falls_under(engine, lines.category, text):
                failures.append(Failure(lines.category, "must_catch", text, lines.file, lines.line))
        for text in lines.must_pass:
            if _falls_under(engine, lines.category, text):
                failures.append(Failure(lines.category, "must_pass", text, lines.file, lines.line))
    return failures


def _falls_under(engine: Engine, category: str, text: str) -> bool:
    """Whether some rule finds the category in the text, said in public or in private."""
    looks = (Facts(text), Facts(text, private=True))
    return any(category in (found.value for found in engine.screen(facts)[0].categories) for facts in looks)


def _fires(engine: Engine, rule: Rule, text: str, *, every: bool) -> bool:
    """Whether the rule fires on the text: as a line in public, and, where that is asked or needed, in private."""
    kind = Kind.MESSAGE if Kind.MESSAGE in rule.kinds else sorted(rule.kinds, key=lambda k: k.value)[0]
    newcomer = Persona("a", minutes_since_entry=1.0)
    looks = [Facts(text, kind), Facts(text, kind, private=True), Facts(text, kind, author=newcomer)]
    if every:
        looks += [Facts(text, other) for other in sorted(rule.kinds - {kind}, key=lambda k: k.value)]
    return any(rule.ref in engine.screen(facts)[0].rules for facts in looks)
