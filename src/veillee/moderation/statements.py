"""Statements of reasons: born with their decision, read by code, exported without personal data.

DSA art. 17(3) says what one holds; the field names and values are those of the Commission's database (LAW.md
Annex A), kept as our own, so that the export is a copy and not a translation. A statement speaks of the message,
never of the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from veillee.model.casefile import (
    Appeal,
    AppealState,
    Case,
    Decision,
    Ground,
    Measure,
    Source,
    Statement,
    SubjectKind,
    appeal_deadline,
)
from veillee.model.errors import Code, Refused
from veillee.model.terms import Terms
from veillee.moderation import personal_data, snapshot, taxonomy
from veillee.moderation.desk import Desk, hashed
from veillee.store import appeals, casefiles, decisions, messages, statements
from veillee.store.port import Tx

EEA = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
"""A decision here holds wherever the service can be reached."""
FREE_TEXT = (
    "decision_facts", "illegal_content_legal_ground", "illegal_content_explanation", "incompatible_content_ground",
    "incompatible_content_explanation", "category_specification_other", "decision_visibility_other",
)  # fmt: skip
_SOURCES = {
    Source.NOTICE: "SOURCE_ARTICLE_16",
    Source.REPORT: "SOURCE_TYPE_OTHER_NOTIFICATION",
    Source.AUTOMOD: "SOURCE_VOLUNTARY",
    Source.STAFF: "SOURCE_VOLUNTARY",
}
_BECAUSE = {
    "fr": {"terms": "Ce contenu relève de la règle {n}, « {title} ».", "law": "Ce contenu relève de : {law}.",
           "house": "Règles de la maison"},
    "en": {"terms": "This content falls under rule {n}, “{title}”.", "law": "This content falls under: {law}.",
           "house": "House rules"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatementView:
    """What the page of a statement shows to whoever holds its code.

    `statement.fields` has facts, ground and explanation. `rule_number` and `rule_title` are in the person's
    language. `text` is their own message, `code` opens this page. `reversed_at` is when the decision was undone;
    `contestable` says whether an appeal is possible now. `enforced` is False for the moment until it takes effect.
    """

    case: str
    code: str
    statement: Statement
    decision: Decision
    room: str | None
    text: str | None
    rule_number: int | None
    rule_title: str | None
    appeals: tuple[Appeal, ...]
    reversed_at: int | None
    contestable: bool
    later: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """`accepted` may be sent as they are; `refused` names, for each case, the fields and what they hold."""

    accepted: tuple[dict[str, Any], ...]
    refused: tuple[tuple[str, dict[str, list[str]]], ...]


class Statements:
    """Reading and exporting; writing happens with the decision, through `issue`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def by_code(self, code: str) -> StatementView:
        """The statement that a code opens; raises `not_found` for any other code."""
        return await self._desk.store.read(_view, self._desk, hashed(code), self._desk.clock())

    async def export(self, start: int, end: int) -> Export:
        """The restrictions decided from `start` to before `end` (Unix ms), as the database takes them."""
        return await self._desk.store.read(_export, start, end)


def issue(tx: Tx, desk: Desk, case: Case, decision: Decision, about: str | None = None) -> Statement:
    """Write the statement of a decision, in the decision's own transaction (DSA art. 17: at the latest from the date
    the restriction is imposed). `about` is what the code is derived from; by default the statement itself."""
    statement_id = desk.identifier()
    puid = desk.puid()
    statement = Statement(
        statement_id, case.number, decision.id, about or f"statement:{statement_id}", puid, case.subject.guest_id,
        case.subject.language, decision.at, appeal_deadline(decision.at),
        fields(case, decision, desk.terms, puid, _written_at(tx, case, decision)),
    )  # fmt: skip
    statements.issue(tx, statement, hashed(desk.code(statement)))
    return statement


def fields(case: Case, decision: Decision, terms: Terms, puid: str, content_at: int) -> dict[str, Any]:
    """The fields of the database for a decision; `content_at` is when the content was written (Unix ms)."""
    found: dict[str, Any] = _restriction(decision)
    found |= taxonomy.entry(case, decision).fields()
    found |= _ground(decision, terms, case.subject.language)
    automatic = decision.automatic
    found |= {
        "content_type": ["CONTENT_TYPE_TEXT"],
        "territorial_scope": list(EEA),
        "content_language": case.subject.language[:2].upper(),
        "content_date": _date(content_at),
        "application_date": _date(decision.at),
        "decision_facts": decision.facts[:5000],
        "source_type": _SOURCES[case.source],
        "automated_detection": "Yes" if case.source is Source.AUTOMOD else "No",
        "automated_decision": "AUTOMATED_DECISION_FULLY" if automatic else "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": puid,
    }
    return found


def restricts(statement: Mapping[str, Any]) -> bool:
    """Whether a statement's fields name a restriction: a warning or a reversal is none and is not exported."""
    return any(key in statement for key in ("decision_visibility", "decision_provision", "decision_account"))


def _restriction(decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if decision.measure in (Measure.HOLD, Measure.BLOCK):
        found["decision_visibility"] = ["DECISION_VISIBILITY_CONTENT_DISABLED"]
    if decision.measure is Measure.REMOVE or decision.removes:
        found["decision_visibility"] = ["DECISION_VISIBILITY_CONTENT_REMOVED"]
    if decision.measure in (Measure.MUTE, Measure.ROOM_BAN):
        found["decision_provision"] = "DECISION_PROVISION_PARTIAL_SUSPENSION"
    if decision.measure is Measure.SERVICE_BAN:
        found["decision_provision"] = "DECISION_PROVISION_TOTAL_SUSPENSION"
    if decision.ends_at is not None and "decision_provision" in found:
        found["end_date_service_restriction"] = _date(decision.ends_at)
    return found


def _ground(decision: Decision, terms: Terms, language: str) -> dict[str, str]:
    words = _BECAUSE["en" if language.startswith("en") else "fr"]
    if decision.ground is Ground.ILLEGAL:
        law = decision.law or ""
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": law[:500],
            "illegal_content_explanation": (decision.explanation or words["law"].format(law=law))[:2000],
        }
    rule = None if decision.rule is None else terms.rule(decision.rule)
    title = words["house"] if rule is None else rule.title.get(language[:2]) or rule.title["fr"]
    because = title if rule is None else words["terms"].format(n=rule.number, title=title)
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": f"{title} ({decision.rule or terms.version})"[:500],
        "incompatible_content_explanation": (decision.explanation or because)[:2000],
    }


def _written_at(tx: Tx, case: Case, decision: Decision) -> int:
    message = messages.get(tx, case.subject.id) if case.subject.kind is SubjectKind.MESSAGE else None
    return decision.at if message is None else message.at


def _date(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def _view(tx: Tx, desk: Desk, code_hash: str, now: int) -> StatementView:
    statement = statements.by_code(tx, code_hash)
    decision = None if statement is None else decisions.get(tx, statement.decision_id)
    case = None if statement is None else casefiles.get(tx, statement.case_number)
    if statement is None or decision is None or case is None:
        raise Refused(Code.NOT_FOUND)
    message = messages.get(tx, case.subject.id) if case.subject.kind is SubjectKind.MESSAGE else None
    reversal = decisions.reversal_of(tx, decision.id)
    lodged = appeals.opened_by(tx, statement.id)
    rule = None if decision.rule is None else desk.terms.rule(decision.rule)
    followed = [each for each in statements.of_case(tx, case.number) if each.id > statement.id]
    return StatementView(
        case=case.number,
        code=desk.code(statement),
        statement=statement,
        decision=decision,
        room=case.subject.room,
        text=None if message is None else message.body,
        rule_number=None if rule is None else rule.number,
        rule_title=None if rule is None else rule.title.get(statement.language[:2]) or rule.title["fr"],
        appeals=tuple(lodged),
        reversed_at=None if reversal is None else reversal.at,
        contestable=contestable(statement, decision, reversal, lodged, now),
        later=tuple(followed),
    )


def contestable(
    statement: Statement, decision: Decision, reversal: Decision | None, lodged: list[Appeal], now: int
) -> bool:
    """Whether the person may appeal now: in time, not undone, and not contested before."""
    return (
        now <= statement.appeal_until
        and reversal is None
        and decision.measure is not Measure.REVERSE
        and all(appeal.decision_id != decision.id for appeal in lodged)
    )


def answered(lodged: tuple[Appeal, ...]) -> Appeal | None:
    """The last appeal that has its answer."""
    return next((appeal for appeal in reversed(lodged) if appeal.state is not AppealState.PENDING), None)


def _export(tx: Tx, start: int, end: int) -> Export:
    accepted: list[dict[str, Any]] = []
    refused: list[tuple[str, dict[str, list[str]]]] = []
    for statement in statements.issued_between(tx, start, end):
        if not restricts(statement.fields):
            continue
        names = _names(tx, statement)
        held = {
            name: found for name in FREE_TEXT if (found := personal_data.kinds(statement.fields.get(name, ""), names))
        }
        if held:
            refused.append((statement.case_number, held))
        else:
            accepted.append(statement.fields)
    return Export(tuple(accepted), tuple(refused))


def _names(tx: Tx, statement: Statement) -> set[str]:
    """Every pseudonym and id that the evidence of the case knows."""
    names = {statement.guest_id, statement.id, statement.decision_id}
    for sealed in casefiles.snapshots_of(tx, statement.case_number):
        found = snapshot.decoded(sealed)
        for each in (*found["messages"], *found["personas"]):
            names |= {each[key] for key in ("pseudonym", "id", "guest_id", "device", "u") if each.get(key)}
    return names
