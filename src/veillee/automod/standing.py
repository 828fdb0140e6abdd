"""Everything that judges at one moment: the rules in force, the canaries beside them, the rules in shadow. Pure.

A canary acts where a stable hash says so: the same room, or the same words of the same person, always fall on the same
side. Rules in shadow, and canaries everywhere, are judged on what is said in public and counted; never in private.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from veillee.automod.editions import Compiled
from veillee.automod.engine import Engine
from veillee.automod.layers import alone, lay_over
from veillee.automod.ruleset import Ruleset
from veillee.model.edition import Unit
from veillee.model.verdict import Facts, Kind, Verdict

MOST_CANARIES = 2
"""At once, at most: each doubles the ways in which rules may stand together."""
_WARMING = (Facts("Soir0607", Kind.PSEUDONYM), Facts("slt, c0mment tu v*s ? tro biiien"))
"""What an engine works out when it first meets a name and a disguise takes longer than one draft may cost."""


class Screening(Protocol):
    """As `automod/engine.py` screens."""

    def screen(
        self, facts: Facts, state: Any = None, ticks: Callable[[], float] | None = None, budget_s: float | None = None
    ) -> tuple[Verdict, Any]: ...


@dataclass(frozen=True, slots=True)
class Canary:
    """An edition that acts on `share` percent of rooms or of messages."""

    edition: Compiled
    share: int
    unit: Unit

    def takes(self, facts: Facts) -> bool:
        """Whether this draft is in its share; never outside a room, or in private."""
        if facts.conversation is None or facts.private:
            return False
        which = facts.conversation
        if self.unit is Unit.MESSAGE:
            which = f"{which}\0{facts.author.id if facts.author else ''}\0{facts.text}"
        digest = hashlib.blake2s(f"{self.edition.text.hash}\0{which}".encode(), digest_size=4).digest()
        return int.from_bytes(digest, "big") % 100 < self.share


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands where: editions in force and in shadow, canaries, `held` rules (`id@version`) that refuse nothing,
    `hashes` of the base's own rules by `id@version`."""

    in_force: Sequence[Compiled] = ()
    canaries: Sequence[Canary] = ()
    shadows: Sequence[Compiled] = ()
    held: frozenset[str] = frozenset()
    hashes: Mapping[str, str] = field(default_factory=dict)


class Standing:
    """The plan over a base, ready to judge. `wrap` makes of an engine what the judge asks."""

    def __init__(self, base: Ruleset, plan: Plan, wrap: Callable[[Engine], Screening] = lambda engine: engine) -> None:
        self.plan = plan
        self._base = base
        self._wrap = wrap
        self._canaries = tuple(plan.canaries[:MOST_CANARIES])
        self._ways: dict[frozenset[str], tuple[Ruleset, Screening]] = {}
        self.ruleset, self.screener = self._way(())
        for count in range(1, len(self._canaries) + 1):
            for taken in itertools.combinations(self._canaries, count):
                self._way([canary.edition for canary in taken])
        watched = [*plan.shadows, *(canary.edition for canary in self._canaries)]
        self.watched = tuple(dict.fromkeys(edition.text.hash for edition in watched))
        by_ref: dict[str, list[str]] = {}
        for edition in watched:
            by_ref.setdefault(edition.rule.ref, []).append(edition.text.hash)
        self._watched_by_ref = by_ref
        self._beside = [Engine(alone(group, base.matcher)) for group in _apart(watched)]
        self._hashes = {**plan.hashes, **{each.rule.ref: each.text.hash for each in plan.in_force}}
        self._hashes.update({each.edition.rule.ref: each.edition.text.hash for each in self._canaries})

    def choose(self, facts: Facts) -> Screening:
        """What judges this draft."""
        taken = tuple(canary.edition for canary in self._canaries if canary.takes(facts))
        return self._way(taken)[1] if taken else self.screener

    def texts(self, rules: Collection[str]) -> tuple[str, ...]:
        """The content hashes of these rules (`id@version`); what is no rule of a pack has none."""
        return tuple(self._hashes[rule] for rule in rules if rule in self._hashes)

    def shadowed(self, facts: Facts, state: Any = None) -> tuple[str, ...]:
        """The hashes of the rules in shadow, and of canaries, that fire on this draft."""
        if not self._beside or facts.private:
            return ()
        fired = [rule.ref for engine in self._beside for rule in engine.fires(facts, state)]
        return tuple(digest for ref in fired for digest in self._watched_by_ref[ref])

    def _way(self, taken: Sequence[Compiled]) -> tuple[Ruleset, Screening]:
        """The rules in force with some canaries among them: made beforehand, so that no draft waits for it."""
        key = frozenset(edition.text.hash for edition in taken)
        if key not in self._ways:
            replaced = {edition.rule.id for edition in taken}
            in_force = [edition for edition in self.plan.in_force if edition.rule.id not in replaced]
            ruleset = lay_over(self._base, [*in_force, *taken], self.plan.held)
            engine = Engine(ruleset)
            for facts in _WARMING:
                engine.screen(facts)
            self._ways[key] = (ruleset, self._wrap(engine))
        return self._ways[key]


def _apart(editions: Sequence[Compiled]) -> list[list[Compiled]]:
    """In groups of which each has a rule once: two versions of a rule call their signals by the same names."""
    groups: list[list[Compiled]] = []
    for edition in editions:
        free = (group for group in groups if all(each.rule.id != edition.rule.id for each in group))
        group = next(free, None)
        if group is None:
            groups.append(group := [])
        group.append(edition)
    return groups


def noted(standing: Standing, facts: Facts, verdict: Verdict, state: Any = None) -> Verdict:
    """The verdict with the texts it rests on and what fired in shadow."""
    texts = standing.texts(verdict.rules) if verdict.rules else ()
    shadowed = standing.shadowed(facts, state)
    return replace(verdict, texts=texts, shadowed=shadowed) if texts or shadowed else verdict
