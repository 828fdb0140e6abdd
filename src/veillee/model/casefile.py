"""From report to decision as values: what was reported, what was kept of it, who decided what, and why.

Nothing here changes: a decision is appended, a reversal is another decision. Times are Unix milliseconds (UTC).
Sources: DSA arts. 16, 17, 20; LAW.md §8.1 for the fields, PROTOCOL.md §1 for the eight reasons.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from veillee.model.sanction import SanctionKind
from veillee.model.verdict import Category

AUTOMOD = "automod"
"""The actor of automatic decisions, in place of a staff id."""
CLAIM_MS = 15 * 60_000
"""A claim ends by itself after fifteen minutes."""
APPEAL_MONTHS = 6
"""DSA art. 20(1): at least six months from the day the person was informed."""


class Reason(StrEnum):
    """Why somebody reports: the eight reasons of PROTOCOL.md §1."""

    HARASSMENT = "harassment"
    HATE = "hate"
    DANGER = "danger"
    SEXUAL = "sexual"
    MINOR = "minor"
    PRIVACY = "privacy"
    SCAM = "scam"
    OTHER = "other"


class Danger(IntEnum):
    """How bad it gets if nobody looks: the lanes of the queue (LAW.md §8.2, P3 to P0)."""

    LOW = 0
    MODERATE = 1
    HIGH = 2
    LIFE = 3


class SubjectKind(StrEnum):
    """What a case is about. `location` is a place that a notice names and we cannot resolve by ourselves."""

    MESSAGE = "message"
    GUEST = "guest"
    ROOM = "room"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case is about, and the guest behind it: `guest_id`, `device` and `pseudonym` are empty for a room.

    `device` is a keyed hash; nobody sees an address.
    """

    kind: SubjectKind
    id: str
    room: str | None = None
    guest_id: str = ""
    device: str = ""
    pseudonym: str = ""
    language: str = "fr"


class Source(StrEnum):
    """Where a case comes from: a guest's report, anybody's notice (DSA art. 16), automod, or staff themselves."""

    REPORT = "report"
    NOTICE = "notice"
    AUTOMOD = "automod"
    STAFF = "staff"


class CaseState(StrEnum):
    """`appealed`: a decision stands and is contested; it waits in the list of appeals, not in the queue."""

    OPEN = "open"
    DECIDED = "decided"
    APPEALED = "appealed"


@dataclass(frozen=True, slots=True)
class Case:
    """The unit of work: one open case a subject, however many report it. `version` grows with every act of staff.

    `readers` is how many people could have seen the subject when the case opened; `reporters` counts each device or
    notifier once. `number` is what people say aloud and opens nothing.
    """

    number: str
    subject: Subject
    source: Source
    state: CaseState
    version: int
    danger: Danger
    readers: int
    reporters: int
    reasons: tuple[Reason, ...]
    categories: tuple[Category, ...]
    opened_at: int
    closed_at: int | None = None
    claimed_by: str | None = None
    claimed_until: int | None = None

    @property
    def reach(self) -> int:
        """How many people it touches, at least."""
        return self.readers + self.reporters

    def claimant(self, now: int) -> str | None:
        """The staff id that has it at `now`; None if nobody has, or the claim ran out."""
        return self.claimed_by if self.claimed_until is not None and now < self.claimed_until else None


@dataclass(frozen=True, slots=True)
class Notifier:
    """Who sent a notice, as far as they said: DSA art. 16(2)(c) allows nobody for child sexual abuse."""

    name: str | None = None
    email: str | None = None
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody says that something is wrong. `reporter` tells reporters apart and links to nobody outside.

    `note` is the explanation. `location` is what the notifier wrote, for a notice. The receipt code is not here.
    """

    id: str
    source: Source
    reporter: str
    guest_id: str | None
    reason: Reason
    note: str
    language: str
    at: int
    notifier: Notifier = Notifier()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Frozen evidence: `content` is canonical JSON, `sha256` its digest, taken in the transaction of the report."""

    id: str
    case_number: str
    at: int
    content: str
    sha256: str


class Measure(StrEnum):
    """What a decision does. Staff choose among the first six; automod holds and blocks; an appeal reverses."""

    NO_ACTION = "no_action"
    WARN = "warn"
    REMOVE = "remove"
    MUTE = "mute"
    ROOM_BAN = "room_ban"
    SERVICE_BAN = "service_ban"
    HOLD = "hold"
    BLOCK = "block"
    REVERSE = "reverse"

    @property
    def sanction(self) -> SanctionKind | None:
        """The sanction that carries it out, if it is one on the person."""
        return _SANCTIONS.get(self)


_SANCTIONS = {
    Measure.WARN: SanctionKind.WARN,
    Measure.MUTE: SanctionKind.MUTE,
    Measure.ROOM_BAN: SanctionKind.ROOM_BAN,
    Measure.SERVICE_BAN: SanctionKind.SERVICE_BAN,
}
STAFF_MEASURES = (
    Measure.NO_ACTION, Measure.WARN, Measure.REMOVE, Measure.MUTE, Measure.ROOM_BAN, Measure.SERVICE_BAN,
)  # fmt: skip
"""What `decisions.decide` accepts."""


class Ground(StrEnum):
    """DSA art. 17(3)(d)-(e): against the law, or against our terms."""

    ILLEGAL = "illegal"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a member of staff has decided, before it is checked and written.

    `ends_at` is required for mute and bans and forbidden elsewhere. `ground` with `rule` (terms) or `law` (the
    article) and `facts` are required for everything but `no_action`. `remove` also removes the message, beside a
    warning or a sanction. `explanation` says why the facts fall under the ground; a sentence is made where it is
    empty. `category` corrects the one that reports or automod suggest.
    """

    measure: Measure
    facts: str = ""
    ground: Ground | None = None
    rule: str | None = None
    law: str | None = None
    ends_at: int | None = None
    remove: bool = False
    explanation: str = ""
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A ruling that stands in the file, with who and when. `rule` is `code@version`.

    `reverses` names the decision that this one undoes; `own_reviewer` flags an appeal decided by the first decider,
    which only a house with a single moderator can do.
    """

    id: str
    case_number: str
    at: int
    by: str
    measure: Measure
    removes: bool
    ends_at: int | None
    ground: Ground | None
    rule: str | None
    law: str | None
    facts: str
    explanation: str
    category: Category | None
    reverses: str | None = None
    own_reviewer: bool = False

    @property
    def automatic(self) -> bool:
        """No person took part."""
        return self.by == AUTOMOD


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of reasons of one decision (DSA art. 17), for the person it restricts.

    `fields` are those of the EU database (LAW.md Annex A) and hold the facts; `about` is what its secret code is
    derived from; `puid` is random. `appeal_until` is the last millisecond of the day six months on.
    """

    id: str
    case_number: str
    decision_id: str
    about: str
    puid: str
    guest_id: str
    language: str
    issued_at: int
    appeal_until: int
    fields: dict[str, Any]


class AppealState(StrEnum):
    """The outcomes of the harmonised transparency report (LAW.md §1.10); `pending` before there is one."""

    PENDING = "pending"
    UPHELD = "upheld"
    PARTIALLY_REVERSED = "partially_reversed"
    REVERSED = "reversed"


class Appellant(StrEnum):
    """Who contests: the person a decision restricts, or somebody who reported and was not followed."""

    SUBJECT = "subject"
    REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class Appeal:
    """A decision is contested (DSA art. 20). Decided by a person, and not by whoever decided first."""

    id: str
    case_number: str
    decision_id: str
    appellant: Appellant
    opened_by: str
    note: str
    at: int
    state: AppealState = AppealState.PENDING
    decided_by: str | None = None
    decided_at: int | None = None
    answer: str = ""


def appeal_deadline(informed_at: int) -> int:
    """The last millisecond (UTC) of the day six calendar months after `informed_at`; never shorter.

    A month without that day ends the term on its last day (Regulation 1182/71, art. 3(2)(c)).
    """
    day = datetime.fromtimestamp(informed_at / 1000, UTC).date()
    months = day.month - 1 + APPEAL_MONTHS
    year, month = day.year + months // 12, months % 12 + 1
    last = day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
    midnight = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    return int(midnight.timestamp() * 1000) - 1
