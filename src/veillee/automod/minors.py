"""Where a minor may be concerned, what is a matter of manners elsewhere is refused.

No text about it stands in the packs or in the tests: the rule is a composition of what other rules found with who is
there, and with a word for a minor (`minor_person` in the packs).
"""

from __future__ import annotations

from collections.abc import Iterable

from veillee.automod.ruleset import Rule
from veillee.automod.signals import Found
from veillee.automod.state import RiskState
from veillee.automod.verdicts import Finding
from veillee.model.guest import ADULT
from veillee.model.verdict import Action, Category, Facts

_SEXUAL = {Category.SEXUAL_CONTENT, Category.SEXUAL_EXPLOITATION, Category.SEXUAL_VIOLENCE}


def author_is_minor(facts: Facts, state: RiskState | None) -> bool:
    """Whether the author declared, or said in this conversation, to be under 18."""
    author = facts.author
    if author is None:
        return False
    return _young([author.age]) or _young(age for who, age in _said(state) if who == author.id)


def reader_is_minor(facts: Facts, state: RiskState | None) -> bool:
    """Whether a reader declared, or somebody else said in this conversation, to be under 18."""
    own = facts.author.id if facts.author else ""
    return _young(reader.age for reader in facts.readers) or _young(age for who, age in _said(state) if who != own)


def protect(facts: Facts, found: Found, fired: Iterable[Rule], state: RiskState | None) -> list[Finding]:
    """A refusal where something sexual was found and a minor writes, reads or is spoken of."""
    sexual = [rule for rule in fired if rule.category in _SEXUAL]
    if not sexual:
        return []
    named = any(found.holds(name) for name in found.base if name.endswith("/minor_person"))
    if not (named or author_is_minor(facts, state) or reader_is_minor(facts, state)):
        return []
    return [
        Finding(
            action=Action.BLOCK,
            category=Category.MINOR_SAFETY,
            rule="minors.sexual@1",
            card="young_help",
            case=True,
            risk=0.95,
            evidence=tuple(rule.ref for rule in sexual),
        )
    ]


def _said(state: RiskState | None) -> tuple[tuple[str, int], ...]:
    return state.conversation.ages if state is not None else ()


def _young(ages: Iterable[int | None]) -> bool:
    return any(age is not None and age < ADULT for age in ages)
