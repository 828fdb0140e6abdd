"""What a changed rule would have done: tried on what was said in public, as a pure fold over texts.

A first pass looks only for the signals that the changed rules need. Only what they hit is judged again, by the rules
in force, to see where both agree. Precision is measured against what people decided, with Wilson's interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any, NamedTuple

from veillee.automod.editions import Compiled
from veillee.automod.engine import LONGEST, Engine
from veillee.automod.layers import alone
from veillee.automod.matcher import Matcher
from veillee.automod.ruleset import Ruleset
from veillee.model.verdict import Facts

SAMPLES = 50
"""Hits that are shown, spread over the whole time."""
MOST = 20_000
"""Hits whose texts are remembered and compared with the rules in force."""
Z95 = 1.959964
"""The normal quantile of a 95 % interval."""


class Said(NamedTuple):
    """Something that was said in a public room. `guest` tells people apart."""

    id: str
    room: str
    guest: str
    body: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that a changed rule would have caught: which of them, where, and which rules in force catch it too."""

    id: str
    room: str
    guest: str
    body: str
    rules: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    also: tuple[str, ...] = ()


def first_pass(candidates: Engine, said: Iterable[Said]) -> list[Hit]:
    """What the changed rules catch."""
    hits = []
    for each in said:
        facts = Facts(each.body[:LONGEST])
        if fired := candidates.fires(facts):
            verdict, _ = candidates.screen(facts)
            refs = tuple(rule.ref for rule in fired)
            hits.append(Hit(each.id, each.room, each.guest, each.body, refs, verdict.spans))
    return hits


def second_pass(in_force: Engine, hits: Iterable[Hit]) -> list[Hit]:
    """The hits with the rules in force that catch them too."""
    out = []
    for hit in hits:
        also = tuple(rule.ref for rule in in_force.fires(Facts(hit.body[:LONGEST])))
        out.append(Hit(hit.id, hit.room, hit.guest, hit.body, hit.rules, hit.spans, also))
    return out


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its 95 % interval, each 0..1."""

    share: float
    low: float
    high: float


def wilson(right: int, all_: int) -> Interval | None:
    """Wilson's score interval at 95 % for `right` of `all_`; None of nothing."""
    if not all_:
        return None
    share = right / all_
    middle = (share + Z95**2 / (2 * all_)) / (1 + Z95**2 / all_)
    half = Z95 / (1 + Z95**2 / all_) * sqrt(share * (1 - share) / all_ + Z95**2 / (4 * all_**2))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class Report:
    """What a backtest found. `people` are different guests. Of `compared` hits, `overlap` counts those that each rule
    in force catches too, `alone` those that none does. `decided` are hits that people decided on, `upheld` those they
    acted against."""

    seen: int
    hits: int
    people: int
    compared: int
    alone: int
    overlap: Mapping[str, int] = field(default_factory=dict)
    decided: int = 0
    upheld: int = 0
    samples: tuple[Hit, ...] = ()

    @property
    def precision(self) -> Interval | None:
        """Of the hits that people decided on, the share they acted against; None where they decided on none."""
        return wilson(self.upheld, self.decided)

    def kept(self) -> dict[str, Any]:
        """The figures as plain data, with the ids of the samples: their texts go when the messages go."""
        return {
            "seen": self.seen, "hits": self.hits, "people": self.people, "compared": self.compared,
            "alone": self.alone,
            "overlap": dict(self.overlap), "decided": self.decided, "upheld": self.upheld,
            "samples": [hit.id for hit in self.samples],
        }  # fmt: skip


class Fold:
    """Gathers hits as they come. `decisions` says of a message, by id, whether a person acted against it. Texts are
    remembered of at most `MOST` hits, evenly over all."""

    def __init__(self, decisions: Mapping[str, bool]) -> None:
        self._decisions = decisions
        self._seen = 0
        self._hits = 0
        self._people: set[str] = set()
        self._decided: list[bool] = []
        self._stride = 1
        self.kept: list[Hit] = []

    def add(self, seen: int, hits: Iterable[Hit]) -> None:
        """So many more texts were looked at, and these were hit."""
        self._seen += seen
        for hit in hits:
            if self._hits % self._stride == 0:
                self.kept.append(hit)
            self._hits += 1
            self._people.add(hit.guest)
            if hit.id in self._decisions:
                self._decided.append(self._decisions[hit.id])
        while len(self.kept) > MOST:
            self.kept = self.kept[::2]
            self._stride *= 2

    def report(self, in_force: Engine) -> Report:
        """The figures; the kept hits are judged again by the rules in force."""
        hits = second_pass(in_force, self.kept)
        overlap = Counter(rule for hit in hits for rule in set(hit.also))
        return Report(
            seen=self._seen,
            hits=self._hits,
            people=len(self._people),
            compared=len(hits),
            alone=sum(1 for hit in hits if not hit.also),
            overlap=dict(overlap.most_common(20)),
            decided=len(self._decided),
            upheld=sum(self._decided),
            samples=_spread(hits),
        )


def candidates(editions: Sequence[Compiled], like: Matcher | None = None) -> Engine:
    """An engine of the changed rules alone, which reads as `like` does."""
    return Engine(alone(editions, like))


def without(ruleset: Ruleset, editions: Sequence[Compiled]) -> Engine:
    """The rules in force but for those that the changed ones replace: what overlap is counted with."""
    replaced = {edition.rule.id for edition in editions}
    by_signal = {
        name: kept
        for name, indices in ruleset.by_signal.items()
        if (kept := tuple(index for index in indices if ruleset.rules[index].id not in replaced))
    }
    return Engine(replace(ruleset, by_signal=by_signal))


def _spread(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """At most `SAMPLES` of the hits, evenly over them, each text once."""
    once = list({hit.body: hit for hit in reversed(hits)}.values())[::-1]
    if len(once) <= SAMPLES:
        return tuple(once)
    return tuple(once[place * len(once) // SAMPLES] for place in range(SAMPLES))
