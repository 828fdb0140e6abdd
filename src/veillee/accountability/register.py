"""The register of automatic tools: what looks at messages here, why, and whether it acts by itself.

DSA art. 14(1) and LAW.md §1.4: a tool that is not in the register cannot be active. The register is therefore made
from what is active, never written by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from veillee.automod.ruleset import Ruleset
from veillee.model.verdict import Action, Category


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """What the register needs to know of one rule of automod: `id` is `fr.hate.slur@3`."""

    id: str
    category: Category
    action: Action
    language: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """One entry: the rules of one category, in every language they exist in.

    `acts` are the actions these rules may take by themselves, mildest first; `automatic` says whether one of them
    keeps a message from being delivered without a person.
    """

    category: Category
    rules: tuple[str, ...]
    languages: tuple[str, ...]
    acts: tuple[Action, ...]
    private: bool

    @property
    def automatic(self) -> bool:
        return Action.BLOCK in self.acts

    def entry(self) -> Mapping[str, Any]:
        """The entry as the machine-readable register gives it."""
        return {
            "name": f"automod.{self.category.value}",
            "category": self.category.value,
            "rules": len(self.rules),
            "languages": list(self.languages),
            "scope": ["public", "private"] if self.private else ["public"],
            "actions": [action.value for action in self.acts],
            "automatic_refusal": self.automatic,
        }


def active(ruleset: Ruleset) -> list[ActiveRule]:
    """The rules of a ruleset that act, as the register sees them; the language is the first part of a rule's id."""
    return [
        ActiveRule(rule.ref, rule.category, rule.action, rule.id.partition(".")[0])
        for rule in ruleset.rules
        if rule.mode == "enforce"
    ]


def register(rules: Iterable[ActiveRule]) -> tuple[Tool, ...]:
    """The register of the rules that are active, by category in the order of the contract."""
    by_category: dict[Category, list[ActiveRule]] = {}
    for rule in rules:
        by_category.setdefault(rule.category, []).append(rule)
    return tuple(
        Tool(
            category=category,
            rules=tuple(sorted(rule.id for rule in found)),
            languages=tuple(sorted({rule.language for rule in found})),
            acts=tuple(sorted({rule.action for rule in found}, key=lambda action: action.gravity)),
            private=any(rule.private for rule in found),
        )
        for category in Category
        if (found := by_category.get(category))
    )
