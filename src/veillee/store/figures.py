"""Verbs that count: what the transparency page and the operator's dashboard are folded from. Nobody types a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from veillee.model.casefile import AUTOMOD
from veillee.store.port import Tx
from veillee.store.tables.casework import appeals, cases, decisions, reports
from veillee.store.tables.chat import guests, messages


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts from `start` to before `end` (Unix ms). Mappings are from a name to a count; absent means none.

    `handling` holds, for each case that a person decided first in this time, how long it had waited (ms, ascending).
    """

    entries: int
    messages: int
    reports: Mapping[str, int]
    sources: Mapping[str, int]
    by_people: Mapping[str, int]
    by_tools: Mapping[str, int]
    appeals: Mapping[str, int]
    handling: tuple[int, ...]


def between(tx: Tx, start: int, end: int) -> Figures:
    """Everything that is counted, in one snapshot."""
    decided = (decisions.c.at >= start) & (decisions.c.at < end)
    return Figures(
        entries=_one(tx, select(func.count()).where(guests.c.entered_at >= start, guests.c.entered_at < end)),
        messages=_one(
            tx, select(func.count()).where(messages.c.at >= start, messages.c.at < end, messages.c.s.is_not(None))
        ),
        reports=_by(tx, reports.c.reason, (reports.c.at >= start) & (reports.c.at < end)),
        sources=_by(tx, cases.c.source, (cases.c.opened_at >= start) & (cases.c.opened_at < end)),
        by_people=_by(tx, decisions.c.measure, decided & (decisions.c.by != AUTOMOD)),
        by_tools=_by(tx, decisions.c.measure, decided & (decisions.c.by == AUTOMOD)),
        appeals=_by(tx, appeals.c.state, (appeals.c.at >= start) & (appeals.c.at < end)),
        handling=_handling(tx, start, end),
    )


def open_cases(tx: Tx) -> tuple[int, int | None]:
    """How many cases wait, and when the oldest was opened (Unix ms)."""
    row = tx.execute(select(func.count(), func.min(cases.c.opened_at)).where(cases.c.state == "open")).one()
    return int(row[0]), row[1]


def _handling(tx: Tx, start: int, end: int) -> tuple[int, ...]:
    first = (
        select(decisions.c.case_number, func.min(decisions.c.at).label("at"))
        .where(decisions.c.by != AUTOMOD)
        .group_by(decisions.c.case_number)
        .subquery()
    )
    waited = select(first.c.at - cases.c.opened_at).join(cases, cases.c.number == first.c.case_number)
    rows = tx.execute(waited.where(first.c.at >= start, first.c.at < end))
    return tuple(sorted(int(row[0]) for row in rows))


def _by(tx: Tx, column: object, condition: object) -> dict[str, int]:
    query = select(column, func.count()).where(condition).group_by(column)  # type: ignore[call-overload]
    return {str(row[0]): int(row[1]) for row in tx.execute(query)}


def _one(tx: Tx, query: object) -> int:
    return int(tx.execute(query).scalar() or 0)  # type: ignore[call-overload]
