"""The community's rules as a value: a version, and rules with stable codes that decisions cite.

A decision cites `code@version`; people read « règle 2 ». Codes never change meaning; a new text is a new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from veillee.model.verdict import Category


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `number` is what people say aloud, `title` and `text` are by language (`fr`, `en`)."""

    code: str
    number: int
    title: Mapping[str, str]
    text: Mapping[str, str]
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules in force. `since` is a date (YYYY-MM-DD); `short` are the three lines of the entry page."""

    version: str
    since: str
    rules: tuple[Rule, ...]
    short: Mapping[str, tuple[str, ...]]
    clauses: Mapping[str, tuple[tuple[str, str], ...]]

    def rule(self, code: str) -> Rule | None:
        """The rule with this code (`respect`, or `respect@2`), or None."""
        bare = code.partition("@")[0]
        return next((rule for rule in self.rules if rule.code == bare), None)

    def for_category(self, category: Category) -> Rule:
        """The rule that a category of automod's verdicts falls under; every category has one."""
        return next(rule for rule in self.rules if category in rule.categories)

    def cite(self, code: str) -> str:
        """`code@version`, as decisions keep it. Raises KeyError for a code that is not in these terms."""
        if self.rule(code) is None:
            raise KeyError(code)
        return f"{code.partition('@')[0]}@{self.version}"
