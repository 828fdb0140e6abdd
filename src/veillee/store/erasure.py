"""Erasing on the day: each table's clock (`info["retention"]`), run again and again, harmless when nothing is due.

Messages go, their places in the stream stay for the newest offsets, so that replay has no hole: whoever comes back
finds a tombstone. Evidence that a case still needs is sealed apart; a message at stake in a case stays until the
time to contest is over. What is left of an old case are figures without a person (GDPR art. 5(1)(e)).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Delete, Update, delete, exists, func, or_, select, update

from veillee.model.clock import DAY, HOUR
from veillee.model.message import State
from veillee.store.dialects import lock_at_once
from veillee.store.port import Tx
from veillee.store.tables.audit import audit
from veillee.store.tables.casework import appeals, cases, decisions, report_items, reports, snapshots, statements
from veillee.store.tables.chat import (
    blocks,
    guests,
    members,
    message_versions,
    messages,
    personal,
    risks,
    rooms,
    sanctions,
    send_keys,
    stream,
)
from veillee.store.tables.processes import changes
from veillee.store.tables.rulebook import rule_samples, rule_tallies
from veillee.store.tables.staff import duties, staff, staff_sessions

YEAR = 365 * DAY
HALF_YEAR = 184 * DAY
CASE = YEAR + HALF_YEAR
"""A case keeps its people for the six months of the time to contest and one year more."""
UNSEEN = (State.HELD.value, State.REFUSED.value)


def erase(tx: Tx, now: int, replayed: int) -> dict[str, int]:
    """Erase whatever is past its day at `now`; answers how many rows of each table went or lost their person.

    `replayed` is how many of a room's newest offsets keep their (empty) places: as many as a client may ask for.
    While another process erases, this one erases nothing.
    """
    done: dict[str, int] = {}
    if not lock_at_once(tx, "erasure"):
        return done
    _messages(tx, now, replayed, done)
    _people(tx, now, done)
    _casework(tx, now, done)
    due: tuple[tuple[Any, ColumnElement[bool]], ...] = (
        (send_keys, send_keys.c.at < now - DAY),
        (changes, changes.c.at < now - HOUR),
        (risks, risks.c.at < now - 7 * DAY),
        (blocks, blocks.c.at < now - YEAR),
        (sanctions, func.coalesce(sanctions.c.ends_at, sanctions.c.starts_at) < now - YEAR),
        (staff_sessions, staff_sessions.c.created_at < now - DAY // 2),
        (duties, duties.c.ends_at < now - YEAR),
        (staff, staff.c.disabled_at < now - YEAR),
        (audit, audit.c.at < now - 5 * YEAR),
        (rule_tallies, rule_tallies.c.hour < now - 60 * DAY),
    )
    for table, condition in due:
        _run(tx, delete(table).where(condition), table.name, done)
    return {name: count for name, count in done.items() if count}


def _messages(tx: Tx, now: int, replayed: int, done: dict[str, int]) -> None:
    """By each room's own clock; what nobody saw after six months; what a case may still restore stays."""
    wanted = select(cases.c.subject_id).where(or_(cases.c.closed_at.is_(None), cases.c.closed_at > now - HALF_YEAR))
    of_people = select(cases.c.guest_id).where(
        cases.c.subject_kind == "guest", or_(cases.c.closed_at.is_(None), cases.c.closed_at > now - HALF_YEAR)
    )
    free = messages.c.id.not_in(wanted) & messages.c.guest_id.not_in(of_people)
    for slug, days, last in tx.execute(select(rooms.c.slug, rooms.c.retention_days, rooms.c.last_s)).all():
        seen = messages.c.state.not_in(UNSEEN) & (messages.c.at < now - days * DAY)
        unseen = messages.c.state.in_(UNSEEN) & (messages.c.at < now - HALF_YEAR)
        _run(tx, delete(messages).where(messages.c.room == slug, or_(seen, unseen), free), "messages", done)
        old = (stream.c.at < now - days * DAY) & (stream.c.s <= last - replayed)
        _run(tx, delete(stream).where(stream.c.room == slug, old), "stream", done)
    for table in (message_versions, rule_samples):
        left = exists().where(messages.c.id == table.c.message_id)
        _run(tx, delete(table).where(~left), table.name, done)


def _people(tx: Tx, now: int, done: dict[str, int]) -> None:
    """Guests a year after they were last seen, with their memberships and personal stream."""
    _run(tx, delete(guests).where(guests.c.seen_at < now - YEAR), "guests", done)
    for table in (members, personal):
        here = exists().where(guests.c.id == table.c.guest_id)
        _run(tx, delete(table).where(~here), table.name, done)


def _casework(tx: Tx, now: int, done: dict[str, int]) -> None:
    """Old cases lose texts and people and keep their place in the figures; notifiers' names go earlier."""
    old = select(cases.c.number).where(cases.c.closed_at < now - CASE)
    kept = select(report_items.c.report_id).where(report_items.c.case_number.not_in(old))
    steps: tuple[tuple[Delete | Update, str], ...] = (
        (delete(snapshots).where(snapshots.c.case_number.in_(old)), "snapshots"),
        (delete(statements).where(statements.c.case_number.in_(old)), "statements"),
        (
            update(appeals).where(appeals.c.case_number.in_(old), appeals.c.note != "").values(note="", answer=""),
            "appeals",
        ),
        (
            update(decisions)
            .where(decisions.c.case_number.in_(old), decisions.c.facts != "")
            .values(facts="", explanation=""),
            "decisions",
        ),
        (
            update(report_items)
            .where(report_items.c.case_number.in_(old), report_items.c.location != "")
            .values(location="", snapshot_id=None),
            "report_items",
        ),
        (
            update(reports)
            .where(reports.c.at < now - CASE, reports.c.id.not_in(kept), reports.c.reporter != "")
            .values(reporter="", guest_id=None, note="", name=None, email=None),
            "reports",
        ),
        (
            update(reports)
            .where(reports.c.at < now - 2 * HALF_YEAR, reports.c.id.not_in(_open_reports()))
            .where(or_(reports.c.name.is_not(None), reports.c.email.is_not(None)))
            .values(name=None, email=None),
            "reports",
        ),
        (
            update(cases)
            .where(cases.c.number.in_(old), cases.c.device != "")
            .values(guest_id="", device="", pseudonym="", subject_id=cases.c.number),
            "cases",
        ),
    )
    for statement, name in steps:
        _run(tx, statement, name, done)


def _open_reports() -> Any:
    return (
        select(report_items.c.report_id)
        .join(cases, cases.c.number == report_items.c.case_number)
        .where(cases.c.closed_at.is_(None))
    )


def _run(tx: Tx, statement: Delete | Update, name: str, done: dict[str, int]) -> None:
    done[name] = done.get(name, 0) + tx.execute(statement).rowcount
