"""Contesting: by code, within six months, and answered by somebody else than whoever decided.

DSA art. 20: open to the person a decision restricts, and to whoever reported and was not followed; decided by a
person, never by automatic means alone; what was wrong is undone without delay. Where the house has a single
moderator they may answer themselves, and the decision is flagged (LAW.md §1.10).
"""

from __future__ import annotations

from dataclasses import dataclass

from veillee.model.casefile import (
    Appeal,
    AppealState,
    Appellant,
    Case,
    CaseState,
    Decision,
    Measure,
    Report,
    Ruling,
    Statement,
    appeal_deadline,
)
from veillee.model.errors import Code, Refused
from veillee.model.staff import Staff
from veillee.moderation import decisions as deciding
from veillee.moderation.desk import Desk, hashed
from veillee.moderation.statements import contestable
from veillee.protocol.limits import APPEAL_CHARACTERS
from veillee.store import appeals, audit, casefiles, decisions, guests, statements
from veillee.store import staff as staff_rows
from veillee.store.port import Tx

APPELLANT = "guest"
"""The actor of an appeal in the audit: whoever holds the code; nothing says which guest."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An appeal that waits. `may_decide`: whoever asked may answer it; `alone`: they would review themselves, which
    a house with one moderator does and flags."""

    appeal: Appeal
    case: Case
    decision: Decision
    may_decide: bool
    alone: bool


class Appeals:
    """Lodging and answering."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def lodge(self, code: str, note: str) -> str:
        """Contest the decision that a statement's or a receipt's code opens; answers the code to follow it with, the
        same one in its canonical form. Whoever holds the code may: it needs no account.

        Raises `not_found` (unknown code), `empty`, `too_long`, and `conflict` (too late, contested before, undone
        already, or nothing decided yet).
        """
        text = note.strip()
        if not text:
            raise Refused(Code.EMPTY)
        if len(text) > APPEAL_CHARACTERS:
            raise Refused(Code.TOO_LONG, n=len(text) - APPEAL_CHARACTERS)
        return await self._desk.store.write(_lodge, self._desk, hashed(code), text, self._desk.clock())

    async def pending(self, staff: Staff) -> list[Pending]:
        """The appeals that wait for an answer, the oldest first. One against a hold that is still in the queue is not
        here: deciding the case answers it."""
        return await self._desk.store.read(_pending, staff.id)

    async def decide(
        self,
        appeal_id: str,
        version: int,
        outcome: AppealState,
        answer: str,
        staff: Staff,
        ruling: Ruling | None = None,
    ) -> Case:
        """Answer an appeal; `version` is that of its case.

        `reversed` undoes the decision; `partially_reversed` undoes it and puts `ruling` in its place. Reversing a
        decision not to act needs a `ruling` too: what should have been done.

        Raises `not_found`; `conflict` (answered, or the case moved on); `forbidden` for whoever decided first;
        `bad_request` with `field` (outcome, answer, ruling, and those of `decisions.decide`).
        """
        case = await self._desk.store.write(
            _decide, self._desk, appeal_id, version, outcome, answer.strip(), staff.id, ruling
        )
        self._desk.nudge()
        return case


def _lodge(tx: Tx, desk: Desk, code_hash: str, note: str, now: int) -> str:
    statement = statements.by_code(tx, code_hash)
    if statement is not None:
        _lodge_one(tx, desk, statement, note, now)
        return desk.code(statement)
    report = casefiles.report_by_code(tx, code_hash)
    if report is None:
        raise Refused(Code.NOT_FOUND)
    refused = [decision for case in casefiles.cases_of_report(tx, report.id) if (decision := _inaction(tx, case, now))]
    before = {appeal.decision_id for appeal in appeals.opened_by(tx, report.id)}
    fresh = [decision for decision in refused if decision.id not in before]
    if not fresh:
        raise Refused(Code.CONFLICT)
    for decision in fresh:
        _write(tx, desk, decision, Appellant.REPORTER, report.id, note, now)
    return desk.receipt(report)


def _lodge_one(tx: Tx, desk: Desk, statement: Statement, note: str, now: int) -> None:
    decision = decisions.get(tx, statement.decision_id)
    assert decision is not None
    lodged = appeals.opened_by(tx, statement.id)
    if not contestable(statement, decision, decisions.reversal_of(tx, decision.id), lodged, now):
        raise Refused(Code.CONFLICT)
    _write(tx, desk, decision, Appellant.SUBJECT, statement.id, note, now)


def _inaction(tx: Tx, case: Case, now: int) -> Decision | None:
    """The decision not to act that closed this case, if it did and there is time to contest it."""
    taken = decisions.of_case(tx, case.number)
    last = taken[-1] if taken else None
    if last is None or last.measure is not Measure.NO_ACTION or now > appeal_deadline(last.at):
        return None
    return last


def _write(tx: Tx, desk: Desk, decision: Decision, appellant: Appellant, opener: str, note: str, now: int) -> None:
    case = casefiles.get(tx, decision.case_number)
    assert case is not None
    appeal = Appeal(desk.identifier(), case.number, decision.id, appellant, opener, note, now)
    appeals.lodge(tx, appeal)
    if case.state is CaseState.DECIDED:
        casefiles.move(tx, case.number, case.version, CaseState.APPEALED, now)
    audit.append(tx, APPELLANT, "appeal.lodged", case.number, {"appeal": appeal.id, "by": appellant.value}, now)


def _pending(tx: Tx, staff_id: str) -> list[Pending]:
    found = []
    single = _single(tx)
    for appeal in appeals.pending(tx):
        case, decision = casefiles.get(tx, appeal.case_number), decisions.get(tx, appeal.decision_id)
        if case is None or decision is None or case.state is CaseState.OPEN:
            continue
        own = decision.by == staff_id
        found.append(Pending(appeal, case, decision, not own or single, own and single))
    return found


def _single(tx: Tx) -> bool:
    """Whether the house has a single member of staff who could decide."""
    return sum(person.disabled_at is None for person in staff_rows.everybody(tx)) == 1


def _decide(
    tx: Tx, desk: Desk, appeal_id: str, version: int, outcome: AppealState, answer: str, staff_id: str,
    ruling: Ruling | None,
) -> Case:  # fmt: skip
    now = desk.clock()
    appeal = appeals.get(tx, appeal_id)
    if appeal is None:
        raise Refused(Code.NOT_FOUND)
    case, contested = casefiles.get(tx, appeal.case_number), decisions.get(tx, appeal.decision_id)
    assert case is not None
    assert contested is not None
    if appeal.state is not AppealState.PENDING or case.state is not CaseState.APPEALED:
        raise Refused(Code.CONFLICT)
    own = contested.by == staff_id
    if own and not _single(tx):
        raise Refused(Code.FORBIDDEN)
    ruling = _checked(outcome, answer, contested, ruling, case, desk, now)
    if not casefiles.move(tx, case.number, version, CaseState.DECIDED, now):
        raise Refused(Code.CONFLICT)
    if outcome is not AppealState.UPHELD:
        deciding.reverse(tx, desk, case, contested, answer, staff_id, now, own_reviewer=own)
        if ruling is not None:
            # ids of one desk only grow: in the order of the file this one is the last word, within the same millisecond
            deciding.append(tx, desk, case, ruling, staff_id, now, own_reviewer=own)
    _answer(tx, desk, case, appeal, outcome, answer, staff_id, now)
    data = {"appeal": appeal.id, "outcome": outcome.value, "own_reviewer": own}
    audit.append(tx, staff_id, "appeal.decided", case.number, data, now)
    after = casefiles.get(tx, case.number)
    assert after is not None
    return after


def _checked(
    outcome: AppealState, answer: str, contested: Decision, ruling: Ruling | None, case: Case, desk: Desk, now: int
) -> Ruling | None:
    if outcome is AppealState.PENDING:
        raise Refused(Code.BAD_REQUEST, field="outcome")
    if not answer or len(answer) > deciding.FACTS_CHARACTERS:
        raise Refused(Code.BAD_REQUEST, field="answer")
    needed = outcome is AppealState.PARTIALLY_REVERSED or (
        outcome is AppealState.REVERSED and contested.measure is Measure.NO_ACTION
    )
    if needed is (ruling is None):
        raise Refused(Code.BAD_REQUEST, field="ruling")
    if ruling is None:
        return None
    if ruling.measure is Measure.NO_ACTION:
        raise Refused(Code.BAD_REQUEST, field="ruling")
    return deciding.check(ruling, case, desk.terms, now)


def _answer(
    tx: Tx, desk: Desk, case: Case, appeal: Appeal, outcome: AppealState, answer: str, staff_id: str, now: int
) -> None:
    """Answer this appeal and, when the decision is gone, those of others against the same one; another that is still
    pending keeps the case among the appeals."""
    for each in appeals.of_case(tx, case.number):
        same = each.id == appeal.id or (outcome is not AppealState.UPHELD and each.decision_id == appeal.decision_id)
        if same and appeals.answer(tx, each.id, outcome, staff_id, now, answer):
            _tell(tx, desk, case, each, outcome, now)
    if any(each.state is AppealState.PENDING for each in appeals.of_case(tx, case.number)):
        moved = casefiles.get(tx, case.number)
        assert moved is not None
        casefiles.move(tx, case.number, moved.version, CaseState.APPEALED, now)


def _tell(tx: Tx, desk: Desk, case: Case, appeal: Appeal, outcome: AppealState, now: int) -> None:
    """The answer reaches the appellant's personal stream, if they are a guest: with the code that they know."""
    if appeal.appellant is Appellant.SUBJECT:
        statement = next(each for each in statements.of_case(tx, case.number) if each.id == appeal.opened_by)
        guest_id, code = statement.guest_id, desk.code(statement)
    else:
        report: Report | None = casefiles.report(tx, appeal.opened_by)
        if report is None or report.guest_id is None:
            return
        guest_id, code = report.guest_id, desk.receipt(report)
    data = {"case": case.number, "code": code, "role": appeal.appellant.value, "outcome": f"appeal_{outcome.value}"}
    guests.tell(tx, guest_id, "case", data, now)
