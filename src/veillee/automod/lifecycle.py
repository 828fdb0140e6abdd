"""The way of an edited rule into force, as a pure state machine: `(progress, event, now) -> progress`.

draft → shadow → canary → enforced; a canary may be left out. Nothing acts on anybody before it was tried on what was
said (backtest) and judged on live traffic for a day (shadow), except where two different people of the staff answer
for it. Times are Unix milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from veillee.model.clock import DAY
from veillee.model.edition import Progress, Stage, Unit

SHADOW_MS = DAY
"""How long a rule is judged on live traffic before it may act."""
SIGNATURES = 2
"""Different people of the staff who can answer together for doing without."""
SHARES = (1, 5, 10, 25, 50)
"""Percents that a canary may take."""


@dataclass(frozen=True, slots=True)
class Backtested:
    """It was tried on what was said in public."""


@dataclass(frozen=True, slots=True)
class Shadowed:
    """It is judged on live traffic from now on, and does nothing."""


@dataclass(frozen=True, slots=True)
class Canaried:
    """It acts on a share of rooms or of messages."""

    share: int
    unit: Unit = Unit.ROOM


@dataclass(frozen=True, slots=True)
class Promoted:
    """It is in force."""


@dataclass(frozen=True, slots=True)
class Waived:
    """Somebody answers for doing without backtest or shadow."""

    by: str


@dataclass(frozen=True, slots=True)
class Tripped:
    """It fired too often: what it would refuse waits for a person from now on."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """Somebody looked, and it may act in full again."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """Another edition of the same rule took its place."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The edition that had taken its place was withdrawn."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It is judged nowhere any more."""


Event = (
    Backtested | Shadowed | Canaried | Promoted | Waived | Tripped | Cleared | Superseded | Restored | Withdrawn
)  # fmt: skip


class Wanting(StrEnum):
    """What stands between an edition and acting on anybody."""

    BACKTEST = "backtest"
    SHADOW = "shadow"


class NotYet(ValueError):
    """The edition may not act yet: `wanting` says what is missing."""

    def __init__(self, wanting: frozenset[Wanting]) -> None:
        super().__init__(", ".join(sorted(wanting)))
        self.wanting = wanting


class NoSuchStep(ValueError):
    """No way leads from this stage by this event."""


_FROM: Mapping[type, frozenset[Stage]] = {
    Backtested: frozenset({Stage.DRAFT, Stage.SHADOW, Stage.CANARY}),
    Shadowed: frozenset({Stage.DRAFT, Stage.CANARY}),
    Canaried: frozenset({Stage.DRAFT, Stage.SHADOW, Stage.CANARY}),
    Promoted: frozenset({Stage.DRAFT, Stage.SHADOW, Stage.CANARY}),
    Waived: frozenset({Stage.DRAFT, Stage.SHADOW, Stage.CANARY}),
    Tripped: frozenset({Stage.CANARY, Stage.ENFORCED}),
    Cleared: frozenset({Stage.CANARY, Stage.ENFORCED}),
    Superseded: frozenset({Stage.ENFORCED}),
    Restored: frozenset({Stage.SUPERSEDED}),
    Withdrawn: frozenset({Stage.DRAFT, Stage.SHADOW, Stage.CANARY, Stage.ENFORCED}),
}


def wanting(progress: Progress, now: int) -> frozenset[Wanting]:
    """What is missing before it may act; nothing once two people answer for it."""
    if len(set(progress.waivers)) >= SIGNATURES:
        return frozenset()
    missing = set()
    if progress.backtested_at is None:
        missing.add(Wanting.BACKTEST)
    if shadow_left(progress, now):
        missing.add(Wanting.SHADOW)
    return frozenset(missing)


def shadow_left(progress: Progress, now: int) -> int:
    """Milliseconds of shadow that are missing still; all of them while it is not judged on live traffic."""
    if progress.shadowed_at is None:
        return SHADOW_MS
    return min(SHADOW_MS, max(0, progress.shadowed_at + SHADOW_MS - now))


def allowed(progress: Progress, event: Event) -> bool:
    """Whether the stage knows this step at all, whatever is missing for it."""
    return progress.stage in _FROM[type(event)]


def step(progress: Progress, event: Event, now: int) -> Progress:
    """The progress after an event. Raises `NoSuchStep` for one that does not fit the stage, `NotYet` for one that would
    let an edition act too early, and `ValueError` for a share that is none of `SHARES`."""
    if not allowed(progress, event):
        raise NoSuchStep(f"{progress.stage.value} knows no {type(event).__name__.lower()}")
    match event:
        case Backtested():
            return replace(progress, backtested_at=now)
        case Shadowed():
            return _moved(progress, Stage.SHADOW, now, shadowed_at=progress.shadowed_at or now)
        case Waived(by):
            return replace(progress, waivers=tuple(dict.fromkeys((*progress.waivers, by))))
        case Canaried(share, unit):
            if share not in SHARES:
                raise ValueError("no such share")
            _check(progress, now)
            return _moved(progress, Stage.CANARY, now, share=share, unit=unit, shadowed_at=progress.shadowed_at)
        case Promoted():
            _check(progress, now)
            return _moved(progress, Stage.ENFORCED, now)
        case Tripped():
            return replace(progress, tripped_at=now)
        case Cleared():
            return replace(progress, tripped_at=None, since=now)
        case Superseded():
            return _moved(progress, Stage.SUPERSEDED, now)
        case Restored():
            return _moved(progress, Stage.ENFORCED, now)
        case Withdrawn():
            return _moved(progress, Stage.WITHDRAWN, now)


def _check(progress: Progress, now: int) -> None:
    if missing := wanting(progress, now):
        raise NotYet(missing)


def _moved(
    progress: Progress,
    stage: Stage,
    now: int,
    *,
    shadowed_at: int | None = None,
    share: int = 0,
    unit: Unit = Unit.ROOM,
) -> Progress:
    """The shadow is over wherever the edition is not judged beside the rules in force any more."""
    return replace(progress, stage=stage, since=now, shadowed_at=shadowed_at, share=share, unit=unit)
