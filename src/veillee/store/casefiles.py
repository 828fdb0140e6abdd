"""Verbs on cases, the reports joined in them, and the evidence sealed with them.

Each is meant to run inside a larger operation: report, case and snapshot stand or fall together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from veillee.model.casefile import (
    Case,
    CaseState,
    Danger,
    Notifier,
    Reason,
    Report,
    Snapshot,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.verdict import Category
from veillee.store.dialects import lock
from veillee.store.port import Tx
from veillee.store.tables.casework import cases, report_items, reports, snapshots


def open_or_join(tx: Tx, new: Case) -> Case:
    """The subject's open case, or `new` written as one. Joining keeps the gravest danger and every reason.

    Answers the case as it stands; its `number` differs from `new.number` when it was joined. Two callers cannot
    open two: the subject is locked, and a unique index says so too. A case that is being decided meanwhile is waited
    for and not joined, so that no report ends in a case that nobody looks at any more.
    """
    lock(tx, f"case:{new.subject.kind.value}:{new.subject.id}")
    held = tx.execute(
        select(cases).where(
            cases.c.subject_kind == new.subject.kind.value,
            cases.c.subject_id == new.subject.id,
            cases.c.state == CaseState.OPEN.value,
        ).with_for_update()
    ).first()  # fmt: skip
    if held is None:
        add(tx, new)
        return new
    known = as_case(held)
    joined = replace(
        known,
        danger=max(known.danger, new.danger),
        readers=max(known.readers, new.readers),
        reasons=tuple(dict.fromkeys((*known.reasons, *new.reasons))),
        categories=tuple(dict.fromkeys((*known.categories, *new.categories))),
    )
    tx.execute(
        update(cases)
        .where(cases.c.number == known.number)
        .values(
            danger=int(joined.danger), readers=joined.readers, reasons=list(joined.reasons),
            categories=list(joined.categories),
        )
    )  # fmt: skip
    return joined


def add(tx: Tx, new: Case) -> None:
    """Write a case, open or (automatic decisions) decided already."""
    subject = new.subject
    tx.execute(
        insert(cases).values(
            number=new.number, subject_kind=subject.kind.value, subject_id=subject.id, room=subject.room,
            guest_id=subject.guest_id, device=subject.device, pseudonym=subject.pseudonym, language=subject.language,
            source=new.source.value, state=new.state.value, version=new.version, danger=int(new.danger),
            readers=new.readers, reporters=new.reporters, reasons=list(new.reasons), categories=list(new.categories),
            opened_at=new.opened_at, closed_at=new.closed_at,
        )
    )  # fmt: skip


def free(tx: Tx, number: str) -> bool:
    """Whether no case has this number yet."""
    return tx.execute(select(cases.c.number).where(cases.c.number == number)).first() is None


def get(tx: Tx, number: str) -> Case | None:
    """A case by its number."""
    row = tx.execute(select(cases).where(cases.c.number == number)).first()
    return None if row is None else as_case(row)


def in_state(tx: Tx, state: CaseState) -> list[Case]:
    """Every case in one state, the oldest first."""
    rows = tx.execute(select(cases).where(cases.c.state == state.value).order_by(cases.c.opened_at, cases.c.number))
    return [as_case(row) for row in rows]


def of_device(tx: Tx, device: str, limit: int = 50) -> list[Case]:
    """The cases about one device, the newest first; none for the empty device."""
    if not device:
        return []
    rows = tx.execute(select(cases).where(cases.c.device == device).order_by(cases.c.opened_at.desc()).limit(limit))
    return [as_case(row) for row in rows]


def latest(tx: Tx, limit: int = 50) -> list[Case]:
    """The cases closed last, the newest first."""
    rows = tx.execute(
        select(cases).where(cases.c.closed_at.is_not(None)).order_by(cases.c.closed_at.desc()).limit(limit)
    )
    return [as_case(row) for row in rows]


def claim(tx: Tx, number: str, version: int, staff_id: str | None, until: int | None) -> bool:
    """Give the case to somebody, or to nobody; False if it has moved on from `version`."""
    changed = tx.execute(
        update(cases)
        .where(cases.c.number == number, cases.c.version == version)
        .values(claimed_by=staff_id, claimed_until=until, version=version + 1)
    )
    return changed.rowcount == 1


def move(tx: Tx, number: str, version: int, state: CaseState, at: int) -> bool:
    """Bring the case from `version` to a new state, unclaimed; False if somebody else moved it first.

    This is the version check: of two people who decide at once, one gets False and writes nothing.
    """
    changed = tx.execute(
        update(cases)
        .where(cases.c.number == number, cases.c.version == version)
        .values(
            state=state.value, version=version + 1, claimed_by=None, claimed_until=None,
            closed_at=None if state is CaseState.OPEN else at,
        )
    )  # fmt: skip
    return changed.rowcount == 1


def add_report(tx: Tx, report: Report, code_hash: str) -> None:
    """Write what somebody reported; the code itself is never stored."""
    tx.execute(
        insert(reports).values(
            id=report.id, code_hash=code_hash, source=report.source.value, reporter=report.reporter,
            guest_id=report.guest_id, reason=report.reason.value, note=report.note, language=report.language,
            at=report.at, name=report.notifier.name, email=report.notifier.email, anonymous=report.notifier.anonymous,
        )
    )  # fmt: skip


def join_report(tx: Tx, report: Report, number: str, location: str, snapshot_id: str | None) -> None:
    """Join a report to a case; whoever reported it before is not counted again."""
    tx.execute(
        insert(report_items).values(report_id=report.id, case_number=number, location=location, snapshot_id=snapshot_id)
    )
    count = (
        select(func.count(reports.c.reporter.distinct()))
        .join(report_items, report_items.c.report_id == reports.c.id)
        .where(report_items.c.case_number == number, reports.c.reporter != "")
        .scalar_subquery()
    )
    tx.execute(update(cases).where(cases.c.number == number).values(reporters=count))


def report_by_code(tx: Tx, code_hash: str) -> Report | None:
    """The report that a receipt code opens."""
    row = tx.execute(select(reports).where(reports.c.code_hash == code_hash)).first()
    return None if row is None else _as_report(row)


def report(tx: Tx, report_id: str) -> Report | None:
    """A report by id."""
    row = tx.execute(select(reports).where(reports.c.id == report_id)).first()
    return None if row is None else _as_report(row)


def reports_of(tx: Tx, number: str) -> list[tuple[Report, str]]:
    """The reports of a case with the location each gave, in order of arrival."""
    rows = tx.execute(
        select(reports, report_items.c.location)
        .join(report_items, report_items.c.report_id == reports.c.id)
        .where(report_items.c.case_number == number)
        .order_by(reports.c.at, reports.c.id)
    )
    return [(_as_report(row), row.location) for row in rows]


def cases_of_report(tx: Tx, report_id: str) -> list[Case]:
    """The cases that a report went into, in the order of their numbers."""
    rows = tx.execute(
        select(cases)
        .join(report_items, report_items.c.case_number == cases.c.number)
        .where(report_items.c.report_id == report_id)
        .order_by(cases.c.number)
    )
    return [as_case(row) for row in rows]


def seal(tx: Tx, snapshot: Snapshot) -> None:
    """Keep evidence; it is never changed."""
    tx.execute(
        insert(snapshots).values(
            id=snapshot.id, case_number=snapshot.case_number, at=snapshot.at, content=snapshot.content,
            sha256=snapshot.sha256,
        )
    )  # fmt: skip


def snapshots_of(tx: Tx, number: str) -> list[Snapshot]:
    """The evidence of a case, in the order it was taken."""
    query = select(snapshots).where(snapshots.c.case_number == number).order_by(snapshots.c.at, snapshots.c.id)
    return [Snapshot(row.id, row.case_number, row.at, row.content, row.sha256) for row in tx.execute(query)]


def as_case(row: Row[Any]) -> Case:
    """A row of `cases` as a value."""
    subject = Subject(
        SubjectKind(row.subject_kind), row.subject_id, row.room, row.guest_id, row.device, row.pseudonym, row.language
    )
    return Case(
        row.number, subject, Source(row.source), CaseState(row.state), row.version, Danger(row.danger), row.readers,
        row.reporters, _each(Reason, row.reasons), _each(Category, row.categories), row.opened_at, row.closed_at,
        row.claimed_by, row.claimed_until,
    )  # fmt: skip


def _each(kind: Any, values: Sequence[str]) -> tuple[Any, ...]:
    return tuple(kind(value) for value in values)


def _as_report(row: Row[Any]) -> Report:
    return Report(
        row.id, Source(row.source), row.reporter, row.guest_id, Reason(row.reason), row.note, row.language, row.at,
        Notifier(row.name, row.email, row.anonymous),
    )  # fmt: skip
