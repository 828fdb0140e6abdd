"""A rule as somebody of the staff wrote it, and how far it has come on its way into force. Frozen values.

A rule's text is known by its `hash`: the same text in the same surroundings always has the same one, and what was in
force on any day can be found again by it. Times are Unix milliseconds (UTC).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """How far an edition has come. Only `canary` and `enforced` act on anybody."""

    DRAFT = "draft"
    SHADOW = "shadow"
    CANARY = "canary"
    ENFORCED = "enforced"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Unit(StrEnum):
    """What a canary takes a share of."""

    ROOM = "room"
    MESSAGE = "message"


class Origin(StrEnum):
    """Who wrote it: somebody of the staff, or it came with the packs (and is here because the breaker held it back)."""

    STAFF = "staff"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an edition stands. `since` is when it came to this stage, `shadowed_at` since when it has been judged on
    live traffic without a break; `share` is a canary's, in percent; `waivers` are the staff ids who answer for doing
    without backtest or shadow; `tripped_at` is when the breaker put it back to hold."""

    stage: Stage = Stage.DRAFT
    since: int = 0
    backtested_at: int | None = None
    shadowed_at: int | None = None
    share: int = 0
    unit: Unit = Unit.ROOM
    tripped_at: int | None = None
    waivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleText:
    """The exact text of a rule, and the shared signals and words it leaned on (`around`, itself a pack that can be
    read again). `file` is the pack it belongs to, `fr/spam.yaml`."""

    hash: str
    rule_id: str
    version: int
    file: str
    text: str
    around: str
    at: int = 0

    @property
    def ref(self) -> str:
        """`id@version`, as verdicts and statements name it."""
        return f"{self.rule_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Edition:
    """A rule text with its way into force. `based_on` is the hash of the text it was made from; `report` what the last
    backtest found."""

    text: RuleText
    by: str
    at: int
    origin: Origin = Origin.STAFF
    note: str = ""
    based_on: str | None = None
    progress: Progress = field(default_factory=Progress)
    report: dict[str, Any] | None = None

    @property
    def hash(self) -> str:
        """The content hash it is known by."""
        return self.text.hash
