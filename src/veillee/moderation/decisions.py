"""Deciding a case: one transaction for the decision, its statement, the audit and what is owed to the world.

Append-only and version-checked: of fifty people who decide the same case at once, one succeeds. No restriction
without ground, facts and a rule or an article (LAW.md §8.3, test 4).
"""

from __future__ import annotations

from dataclasses import dataclass

from veillee.model.casefile import (
    AUTOMOD,
    STAFF_MEASURES,
    AppealState,
    Case,
    CaseState,
    Decision,
    Ground,
    Measure,
    Ruling,
    Statement,
    SubjectKind,
)
from veillee.model.clock import DAY
from veillee.model.errors import Code, Refused
from veillee.model.staff import Staff
from veillee.model.terms import Terms
from veillee.moderation.desk import Desk
from veillee.moderation.snapshot import messages_named
from veillee.moderation.statements import issue
from veillee.store import appeals, audit, casefiles, decisions, outbox
from veillee.store.port import Tx

DECIDED = "case.decided"
"""The outbox topic that enforcement carries out; its payload is `{"decision": id}`."""
LONGEST_MS = 366 * DAY
"""No sanction lasts longer: each has an end."""
FACTS_CHARACTERS = 5_000
EXPLANATION_CHARACTERS = 2_000
LAW_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision as it stands, the case after it, and the statement where somebody is restricted."""

    decision: Decision
    case: Case
    statement: Statement | None


class Decisions:
    """What staff decide. Appeals are answered in moderation/appeals."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def decide(self, number: str, version: int, ruling: Ruling, staff: Staff) -> Decided:
        """Decide an open case.

        Raises `not_found`; `conflict` if the case moved on from `version`, was decided, or somebody else has it;
        `bad_request` with `field` (measure, facts, ground, rule, law, ends_at, remove) if the ruling lacks or has
        too much of something.
        """
        now = self._desk.clock()
        decided = await self._desk.store.write(_decide, self._desk, number, version, ruling, staff.id, now)
        self._desk.nudge()
        return decided


def check(ruling: Ruling, case: Case, terms: Terms, now: int) -> Ruling:
    """The ruling with its rule cited as `code@version`; raises `bad_request` with the field that is wrong."""
    if ruling.measure not in STAFF_MEASURES:
        raise _wrong("measure")
    if len(ruling.facts) > FACTS_CHARACTERS or len(ruling.explanation) > EXPLANATION_CHARACTERS:
        raise _wrong("facts")
    if ruling.measure is Measure.NO_ACTION:
        return Ruling(Measure.NO_ACTION, ruling.facts.strip(), explanation=ruling.explanation.strip())
    if ruling.measure is not Measure.REMOVE and not case.subject.guest_id:
        raise _wrong("measure")
    if (ruling.measure is Measure.REMOVE or ruling.remove) and case.subject.kind not in (
        SubjectKind.MESSAGE,
        SubjectKind.GUEST,
    ):
        raise _wrong("remove")
    if not ruling.facts.strip():
        raise _wrong("facts")
    _check_end(ruling, now)
    return Ruling(
        ruling.measure, ruling.facts.strip(), ruling.ground, _rule(ruling, terms), _law(ruling), ruling.ends_at,
        ruling.remove and ruling.measure is not Measure.REMOVE, ruling.explanation.strip(), ruling.category,
    )  # fmt: skip


def _check_end(ruling: Ruling, now: int) -> None:
    lasting = ruling.measure in (Measure.MUTE, Measure.ROOM_BAN, Measure.SERVICE_BAN)
    if lasting is (ruling.ends_at is None):
        raise _wrong("ends_at")
    if ruling.ends_at is not None and not now < ruling.ends_at <= now + LONGEST_MS:
        raise _wrong("ends_at")


def _rule(ruling: Ruling, terms: Terms) -> str | None:
    if ruling.ground is None:
        raise _wrong("ground")
    if ruling.rule is None:
        if ruling.ground is Ground.TERMS:
            raise _wrong("rule")
        return None
    if terms.rule(ruling.rule) is None:
        raise _wrong("rule")
    return terms.cite(ruling.rule)


def _law(ruling: Ruling) -> str | None:
    law = (ruling.law or "").strip()
    if len(law) > LAW_CHARACTERS or (ruling.ground is Ground.ILLEGAL and not law):
        raise _wrong("law")
    return law or None


def _check_removable(tx: Tx, case: Case) -> None:
    """A case about a person removes the messages that its evidence is about: there has to be one."""
    if case.subject.kind is SubjectKind.GUEST and not messages_named(casefiles.snapshots_of(tx, case.number)):
        raise _wrong("remove")


def _wrong(field: str) -> Refused:
    return Refused(Code.BAD_REQUEST, field=field)


def _decide(tx: Tx, desk: Desk, number: str, version: int, ruling: Ruling, staff_id: str, now: int) -> Decided:
    case = casefiles.get(tx, number)
    if case is None:
        raise Refused(Code.NOT_FOUND)
    if case.state is not CaseState.OPEN or case.claimant(now) not in (None, staff_id):
        raise Refused(Code.CONFLICT)
    ruling = check(ruling, case, desk.terms, now)
    if ruling.measure is Measure.REMOVE or ruling.remove:
        _check_removable(tx, case)
    if not casefiles.move(tx, number, version, CaseState.DECIDED, now):
        raise Refused(Code.CONFLICT)
    decision, statement = append(tx, desk, case, ruling, staff_id, now)
    for appeal in appeals.of_case(tx, number):
        # contested while it was held: this decision of a person is the answer (the first decider was no person)
        outcome = AppealState.REVERSED if ruling.measure is Measure.NO_ACTION else AppealState.UPHELD
        appeals.answer(tx, appeal.id, outcome, staff_id, now, ruling.facts)
    after = casefiles.get(tx, number)
    assert after is not None
    return Decided(decision, after, statement)


def append(
    tx: Tx, desk: Desk, case: Case, ruling: Ruling, staff_id: str, now: int, *, own_reviewer: bool = False
) -> tuple[Decision, Statement | None]:
    """Write a checked ruling as a decision with its statement, its audit entry and the effect that is owed."""
    decision = Decision(
        desk.identifier(), case.number, now, staff_id, ruling.measure, ruling.remove, ruling.ends_at,
        ruling.ground, ruling.rule, ruling.law, ruling.facts, ruling.explanation, ruling.category,
        own_reviewer=own_reviewer,
    )  # fmt: skip
    decisions.append(tx, decision)
    restricts = ruling.measure is not Measure.NO_ACTION and case.subject.guest_id
    statement = issue(tx, desk, case, decision) if restricts else None
    audit.append(tx, staff_id, "case.decided", case.number, _noted(decision), now)
    outbox.put(tx, DECIDED, {"decision": decision.id}, now)
    return decision, statement


def reverse(
    tx: Tx, desk: Desk, case: Case, undone: Decision, answer: str, staff_id: str, now: int, *, own_reviewer: bool
) -> Decision:
    """Undo a decision by another one, with its own statement, audit entry and effect."""
    decision = Decision(
        desk.identifier(), case.number, now, staff_id, Measure.REVERSE, False, None, undone.ground, undone.rule,
        undone.law, answer, "", undone.category, reverses=undone.id, own_reviewer=own_reviewer,
    )  # fmt: skip
    decisions.append(tx, decision)
    if undone.measure is not Measure.NO_ACTION and case.subject.guest_id:
        issue(tx, desk, case, decision)
    audit.append(tx, staff_id, "decision.reversed", case.number, _noted(decision), now)
    outbox.put(tx, DECIDED, {"decision": decision.id}, now)
    return decision


def record_automatic(
    tx: Tx, desk: Desk, case: Case, measure: Measure, facts: str, rule: str | None, about: str
) -> Decision:
    """Write automod's own hold or block with its statement, opened by the code derived from `about`; nothing is owed
    to the world, for the message was never seen."""
    now = case.opened_at
    category = case.categories[0] if case.categories else None
    decision = Decision(
        desk.identifier(), case.number, now, AUTOMOD, measure, False, None, Ground.TERMS, rule, None, facts, "",
        category,
    )  # fmt: skip
    decisions.append(tx, decision)
    issue(tx, desk, case, decision, about)
    return decision


def _noted(decision: Decision) -> dict[str, str | int | bool | None]:
    return {
        "decision": decision.id, "measure": decision.measure.value, "removes": decision.removes,
        "ends_at": decision.ends_at, "ground": decision.ground and decision.ground.value, "rule": decision.rule,
        "law": decision.law, "reverses": decision.reverses, "own_reviewer": decision.own_reviewer,
    }  # fmt: skip
