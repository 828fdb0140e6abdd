"""What stands and what waits, counted for whoever keeps the place running; nobody by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from veillee.model.clock import DAY
from veillee.store.figures import open_cases
from veillee.store.port import Tx
from veillee.store.tables.casework import appeals, reports
from veillee.store.tables.chat import outbox, sanctions


@dataclass(frozen=True, slots=True)
class Standing:
    """`…_at` are Unix milliseconds of the oldest, None where nothing waits; `reports` of the last 24 hours by reason;
    `sanctions` that hold now, by kind."""

    cases: int
    oldest_case_at: int | None
    reports: Mapping[str, int]
    appeals: int
    effects: int
    oldest_effect_at: int | None
    sanctions: Mapping[str, int]


def now(tx: Tx, at: int) -> Standing:
    """Everything that is counted, in one snapshot."""
    cases, oldest_case = open_cases(tx)
    effects, oldest_effect = tx.execute(select(func.count(), func.min(outbox.c.at)).select_from(outbox)).one()
    reasons = select(reports.c.reason, func.count()).where(reports.c.at > at - DAY).group_by(reports.c.reason)
    kinds = (
        select(sanctions.c.kind, func.count())
        .where(sanctions.c.lifted_at.is_(None), sanctions.c.ends_at > at, sanctions.c.starts_at <= at)
        .group_by(sanctions.c.kind)
    )
    waiting = select(func.count()).select_from(appeals).where(appeals.c.state == "pending")
    return Standing(
        cases,
        oldest_case,
        {str(reason): int(count) for reason, count in tx.execute(reasons)},
        int(tx.execute(waiting).scalar() or 0),
        int(effects),
        oldest_effect,
        {str(kind): int(count) for kind, count in tx.execute(kinds)},
    )
