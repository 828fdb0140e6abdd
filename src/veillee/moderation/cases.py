"""Reading cases: the whole file for staff, the outcome for whoever holds a code.

Staff see pseudonyms, declarations and the keyed hash of a device, never an address (LAW.md §8.3, test 18). A
reporter learns what became of the report, and nothing about the other person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from veillee.model.casefile import (
    Appeal,
    Case,
    CaseState,
    Decision,
    Measure,
    Report,
    Snapshot,
    Source,
    Statement,
    appeal_deadline,
)
from veillee.model.clock import DAY
from veillee.model.errors import Code, Refused
from veillee.model.message import Message
from veillee.model.sanction import Sanction
from veillee.moderation import snapshot
from veillee.moderation.desk import Desk, hashed
from veillee.moderation.enforcement import stakes
from veillee.moderation.statements import contestable
from veillee.store import appeals, audit, casefiles, decisions, messages, sanctions, statements
from veillee.store.port import Tx

STRIKES_MS = 180 * DAY
"""How far back the history of a device counts."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One report as staff see it: who reported is not shown, only whether it was a guest or a notice."""

    at: int
    source: Source
    reason: str
    note: str
    location: str
    language: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A snapshot and whether it is what was sealed. `content` has `about`, `messages` (dicts, ascending), `versions`,
    `personas`, `terms`."""

    snapshot: Snapshot
    intact: bool
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to the case: `what` is a dotted, past-tense action, `by` a staff id, `automod`,
    `guest`, `notifier`, `outbox`."""

    at: int
    by: str
    what: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """What is known of the device: earlier cases and sanctions, the newest first, and the restrictions of the last
    180 days that stand."""

    cases: tuple[Case, ...]
    sanctions: tuple[Sanction, ...]
    strikes: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about a case. `messages` are those at stake as they stand now; `enforced` maps decisions to when
    they took effect (None: still owed)."""

    case: Case
    complaints: tuple[Complaint, ...]
    evidence: tuple[Evidence, ...]
    messages: tuple[Message, ...]
    decisions: tuple[Decision, ...]
    enforced: dict[str, int | None]
    statements: tuple[Statement, ...]
    appeals: tuple[Appeal, ...]
    timeline: tuple[Moment, ...]
    history: History


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case, for whoever holds a code of it. `outcome` is `action`, `no_action` or `reversed`."""

    case: str
    state: CaseState
    outcome: str | None
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """The page of a code. `role` is `reporter`, `notifier` or `subject`; a notice may have several cases.

    `contestable` until `appeal_until`; `statement` says that the same code opens a statement of reasons.
    """

    code: str
    role: str
    reason: str | None
    received_at: int
    outcomes: tuple[Outcome, ...]
    appeals: tuple[Appeal, ...]
    contestable: bool
    appeal_until: int | None
    statement: bool = False


class Cases:
    """The reads. Deciding is in moderation/decisions, order and claims in moderation/queue."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def get(self, number: str) -> CaseFile:
        """The whole file of a case; raises `not_found`."""
        return await self._desk.store.read(_file, number, self._desk.clock())

    async def by_code(self, code: str) -> Followed:
        """What became of it, by a receipt code or a statement's; raises `not_found`."""
        return await self._desk.store.read(_followed, self._desk, hashed(code), self._desk.clock())


def _file(tx: Tx, number: str, now: int) -> CaseFile:
    case = casefiles.get(tx, number)
    if case is None:
        raise Refused(Code.NOT_FOUND)
    reports = casefiles.reports_of(tx, number)
    sealed = casefiles.snapshots_of(tx, number)
    taken = decisions.of_case(tx, number)
    device = case.subject.device
    found = [messages.get(tx, message_id) for message_id in stakes(tx, case)]
    return CaseFile(
        case=case,
        complaints=tuple(_complaint(report, location) for report, location in reports),
        evidence=tuple(Evidence(each, snapshot.intact(each), snapshot.decoded(each)) for each in sealed),
        messages=tuple(message for message in found if message is not None),
        decisions=tuple(taken),
        enforced={decision.id: decisions.enforced_at(tx, decision.id) for decision in taken},
        statements=tuple(statements.of_case(tx, number)),
        appeals=tuple(appeals.of_case(tx, number)),
        timeline=_timeline(tx, case, reports),
        history=History(
            tuple(each for each in casefiles.of_device(tx, device) if each.number != number),
            tuple(sanctions.of_device(tx, device)) if device else (),
            tuple(decisions.strikes(tx, device, now - STRIKES_MS)),
        ),
    )


def _complaint(report: Report, location: str) -> Complaint:
    return Complaint(report.at, report.source, report.reason.value, report.note, location, report.language)


def _timeline(tx: Tx, case: Case, reports: list[tuple[Report, str]]) -> tuple[Moment, ...]:
    moments = [Moment(case.opened_at, case.source.value, "case.opened", {})]
    for report, _ in reports:
        moments.append(Moment(report.at, _role(report), "report.received", {"reason": report.reason.value}))
    entries = audit.entries(tx, subject=case.number, limit=500)
    moments += [Moment(entry.at, entry.actor, entry.action, entry.data) for entry in entries]
    return tuple(sorted(moments, key=lambda moment: moment.at))


def _followed(tx: Tx, desk: Desk, code_hash: str, now: int) -> Followed:
    report = casefiles.report_by_code(tx, code_hash)
    if report is not None:
        return _followed_report(tx, desk, report, now)
    statement = statements.by_code(tx, code_hash)
    if statement is None:
        raise Refused(Code.NOT_FOUND)
    case = casefiles.get(tx, statement.case_number)
    decision = decisions.get(tx, statement.decision_id)
    assert case is not None
    assert decision is not None
    lodged = appeals.opened_by(tx, statement.id)
    reversal = decisions.reversal_of(tx, decision.id)
    return Followed(
        code=desk.code(statement),
        role="subject",
        reason=None,
        received_at=statement.issued_at,
        outcomes=(_outcome(tx, case),),
        appeals=tuple(lodged),
        contestable=contestable(statement, decision, reversal, lodged, now),
        appeal_until=statement.appeal_until,
        statement=True,
    )


def _followed_report(tx: Tx, desk: Desk, report: Report, now: int) -> Followed:
    cases = casefiles.cases_of_report(tx, report.id)
    lodged = appeals.opened_by(tx, report.id)
    contested = {appeal.decision_id for appeal in lodged}
    refusals = [
        last
        for case in cases
        if (last := _last(tx, case)) is not None and last.measure is Measure.NO_ACTION and last.id not in contested
    ]
    until = min((appeal_deadline(each.at) for each in refusals), default=None)
    return Followed(
        code=desk.receipt(report),
        role=_role(report),
        reason=report.reason.value,
        received_at=report.at,
        outcomes=tuple(_outcome(tx, case) for case in cases),
        appeals=tuple(lodged),
        contestable=until is not None and now <= until,
        appeal_until=until,
    )


def _role(report: Report) -> str:
    return {Source.REPORT: "reporter", Source.NOTICE: "notifier"}.get(report.source, report.source.value)


def _last(tx: Tx, case: Case) -> Decision | None:
    taken = decisions.of_case(tx, case.number)
    return taken[-1] if taken else None


def _outcome(tx: Tx, case: Case) -> Outcome:
    last = _last(tx, case)
    if last is None or case.state is CaseState.OPEN:
        return Outcome(case.number, case.state, None, None)
    word = {Measure.NO_ACTION: "no_action", Measure.REVERSE: "reversed"}.get(last.measure, "action")
    return Outcome(case.number, case.state, word, last.at)
