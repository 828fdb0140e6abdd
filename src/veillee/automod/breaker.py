"""A circuit breaker, as a pure fold: `(state, event, now) -> state`.

It trips for two reasons. Faults: many in a row, or a share of recent looks. A changed rule: within a day of a change,
a rule that fires on more than 5 % of the traffic, more than twice, is more likely wrong than right (after
AbuseFilter's emergency throttle). While it is open, nothing is blocked by machine alone: what would be refused waits
for a person (`hold_only`). Times are Unix seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

FAULTS_IN_A_ROW = 5
REST_S = 30.0
SHARE = 0.05
HITS = 2
LEAST_SEEN = 20
WATCH_S = 86_400.0
RULES_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Looked:
    """The engine answered; these rules (`id@version`) fired."""

    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Faulted:
    """The engine raised or ran out of time."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The ruleset changed: these rules are new or have another version."""

    rules: tuple[str, ...]


Event = Looked | Faulted | Changed


@dataclass(frozen=True, slots=True)
class Watch:
    """A changed rule under watch: since when, how many looks, how many hits."""

    since: float
    seen: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state. `tripped` are rules that only hold from now on; a person re-enables them by a new version."""

    faults: int = 0
    open_until: float = 0.0
    watched: Mapping[str, Watch] = field(default_factory=dict)
    tripped: frozenset[str] = frozenset()

    def resting(self, now: float) -> bool:
        """Whether the engine is left alone for now; a clock set back does not make it longer."""
        return self.open_until - REST_S <= now < self.open_until

    def hold_only(self, rules: tuple[str, ...]) -> bool:
        """Whether a refusal that rests on these rules alone must wait for a person instead."""
        return bool(rules) and all(rule in self.tripped for rule in rules)


def too_often(seen: int, hits: int) -> bool:
    """Whether a changed rule fires more than twice, and on more than 5 % of what it saw."""
    return hits > HITS and seen >= LEAST_SEEN and hits > SHARE * seen


def step(state: Breaker, event: Event, now: float) -> Breaker:
    """The state after an event."""
    match event:
        case Faulted():
            faults = state.faults + 1
            if faults >= FAULTS_IN_A_ROW:
                return replace(state, faults=0, open_until=now + REST_S)
            return replace(state, faults=faults)
        case Changed(rules):
            watched = {rule: Watch(now) for rule in rules[:RULES_KEPT]}
            return replace(state, watched={**state.watched, **watched}, tripped=state.tripped - set(rules))
        case Looked(rules):
            return _looked(state, rules, now)


def _looked(state: Breaker, rules: tuple[str, ...], now: float) -> Breaker:
    if not state.watched:
        return replace(state, faults=0) if state.faults else state
    watched: dict[str, Watch] = {}
    tripped = set(state.tripped)
    for rule, watch in state.watched.items():
        if now - watch.since > WATCH_S:
            continue
        watch = Watch(watch.since, watch.seen + 1, watch.hits + (rule in rules))
        if too_often(watch.seen, watch.hits):
            tripped.add(rule)
        else:
            watched[rule] = watch
    return replace(state, faults=0, watched=watched, tripped=frozenset(tripped))
