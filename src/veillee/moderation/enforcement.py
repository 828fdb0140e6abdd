"""Carrying decisions out, from the outbox, through chat's own verbs.

Every step may be repeated: messages are removed and released once, a sanction has the id of its decision, and
people are told in the transaction that marks the decision as carried out. A crash anywhere resumes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veillee.chat.messages import Messages
from veillee.chat.sanctions import Sanctions
from veillee.model.casefile import Case, Decision, Measure, Statement, SubjectKind
from veillee.model.message import Message, State
from veillee.model.sanction import Sanction
from veillee.moderation.desk import Desk
from veillee.moderation.snapshot import messages_named
from veillee.store import audit, casefiles, decisions, guests, messages, statements
from veillee.store.port import Tx


@dataclass(frozen=True, slots=True)
class _File:
    """What one decision needs to be carried out."""

    decision: Decision
    case: Case
    statement: Statement | None
    messages: tuple[Message, ...]
    undone: Decision | None
    done: bool


class Enforcement:
    """The handler of the outbox topic `decisions.DECIDED`."""

    def __init__(self, desk: Desk, messages: Messages, sanctions: Sanctions) -> None:
        self._desk = desk
        self._messages = messages
        self._sanctions = sanctions

    async def carry_out(self, payload: Mapping[str, Any]) -> None:
        """Make a decision hold, then tell whoever it concerns; again is harmless."""
        file = await self._desk.store.read(_read, str(payload["decision"]))
        if file is None or file.done:
            return
        if file.undone is not None:
            await self._undo(file, file.undone)
        else:
            await self._do(file)
        await self._desk.store.write(_tell, self._desk, file, self._desk.clock())

    async def _do(self, file: _File) -> None:
        decision = file.decision
        if decision.measure is Measure.REMOVE or decision.removes:
            for message in file.messages:
                await self._messages.remove(message.id, file.case.number)
        elif decision.measure is Measure.NO_ACTION:
            for message in file.messages:
                if message.state is State.HELD:
                    await self._messages.release(message.id)
        if (kind := decision.measure.sanction) is not None:
            everywhere = decision.measure is Measure.SERVICE_BAN
            subject = file.case.subject
            sanction = Sanction(
                decision.id, kind, subject.device, subject.guest_id, None if everywhere else subject.room,
                self._rule(decision), decision.at, decision.ends_at, file.case.number,
                None if file.statement is None else self._desk.code(file.statement),
            )  # fmt: skip
            await self._sanctions.impose(sanction)

    async def _undo(self, file: _File, undone: Decision) -> None:
        """Restore exactly what was there: what its author deleted stays deleted."""
        if undone.removes or undone.measure in (Measure.REMOVE, Measure.HOLD, Measure.BLOCK):
            for message in file.messages:
                if message.removed_by != "author":
                    await self._messages.release(message.id)
        if undone.measure.sanction is not None:
            await self._sanctions.lift(undone.id)

    def _rule(self, decision: Decision) -> str:
        """What a person is told as the rule: its number, or the article."""
        rule = None if decision.rule is None else self._desk.terms.rule(decision.rule)
        return str(rule.number) if rule is not None else (decision.law or "")[:40]


def _read(tx: Tx, decision_id: str) -> _File | None:
    decision = decisions.get(tx, decision_id)
    case = None if decision is None else casefiles.get(tx, decision.case_number)
    if decision is None or case is None:
        return None
    found = [messages.get(tx, message_id) for message_id in stakes(tx, case)]
    return _File(
        decision,
        case,
        statements.of_decision(tx, decision.id),
        tuple(message for message in found if message is not None),
        None if decision.reverses is None else decisions.get(tx, decision.reverses),
        decisions.enforced_at(tx, decision.id) is not None,
    )


def stakes(tx: Tx, case: Case) -> list[str]:
    """The ids of the messages that a decision on this case removes or releases: the subject itself, or those that the
    evidence about a person names."""
    if case.subject.kind is SubjectKind.MESSAGE:
        return [case.subject.id]
    if case.subject.kind is SubjectKind.GUEST:
        return messages_named(casefiles.snapshots_of(tx, case.number))
    return []


def _tell(tx: Tx, desk: Desk, file: _File, now: int) -> None:
    decision, case = file.decision, file.case
    if not decisions.mark_enforced(tx, decision.id, now):
        return
    audit.append(tx, "outbox", "decision.enforced", case.number, {"decision": decision.id}, now)
    if case.subject.guest_id:
        _tell_subject(tx, desk, file, now)
    for report, _ in casefiles.reports_of(tx, case.number):
        if report.guest_id is not None:
            outcome = _outcome(file)
            data = {"case": case.number, "code": desk.receipt(report), "role": "reporter", "outcome": outcome}
            guests.tell(tx, report.guest_id, "case", data, now)


def _tell_subject(tx: Tx, desk: Desk, file: _File, now: int) -> None:
    """The person concerned hears of it in their personal stream, with the code of the statement (DSA art. 17)."""
    decision, case = file.decision, file.case
    statement = file.statement
    if statement is None and any(message.state is State.HELD for message in file.messages):
        issued = statements.of_case(tx, case.number)
        statement = issued[0] if issued else None
    if statement is None:
        return
    data: dict[str, Any] = {"case": case.number, "code": desk.code(statement), "role": "subject"}
    if file.undone is not None and file.undone.measure.sanction is not None:
        kind = file.undone.measure.sanction.value
        lifted = data | {"id": file.undone.id, "kind": kind, "room": case.subject.room, "lifted": True}
        guests.tell(tx, case.subject.guest_id, "sanction", lifted, now)
    if (sanction := decision.measure.sanction) is not None:
        imposed = data | {
            "id": decision.id, "kind": sanction.value, "until": decision.ends_at, "rule": decision.rule,
            "room": None if decision.measure is Measure.SERVICE_BAN else case.subject.room,
        }  # fmt: skip
        guests.tell(tx, case.subject.guest_id, "sanction", imposed, now)
    about = {"about": file.messages[0].id} if file.messages else {}
    outcome = _outcome(file)
    released = outcome == "no_action" and any(message.state is State.HELD for message in file.messages)
    guests.tell(tx, case.subject.guest_id, "case", data | about | {"outcome": "released" if released else outcome}, now)


def _outcome(file: _File) -> str:
    """In one word: `action`, `no_action` or `reversed`; more would tell one person about another."""
    if file.undone is not None:
        return "reversed"
    if file.decision.measure is Measure.NO_ACTION:
        return "no_action"
    return "action"
