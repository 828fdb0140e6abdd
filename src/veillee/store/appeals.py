"""Verbs on appeals: lodged once a party and decision, answered once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select, update

from veillee.model.casefile import Appeal, AppealState, Appellant
from veillee.store.port import Tx
from veillee.store.tables.casework import appeals


def lodge(tx: Tx, appeal: Appeal) -> None:
    """Write an appeal; the same party contesting the same decision again is refused by the database."""
    tx.execute(
        insert(appeals).values(
            id=appeal.id, case_number=appeal.case_number, decision_id=appeal.decision_id,
            appellant=appeal.appellant.value, opened_by=appeal.opened_by, note=appeal.note, at=appeal.at,
            state=appeal.state.value, answer="",
        )
    )  # fmt: skip


def get(tx: Tx, appeal_id: str) -> Appeal | None:
    """An appeal by id."""
    row = tx.execute(select(appeals).where(appeals.c.id == appeal_id)).first()
    return None if row is None else _as_appeal(row)


def of_case(tx: Tx, number: str) -> list[Appeal]:
    """The appeals of a case, the oldest first."""
    rows = tx.execute(select(appeals).where(appeals.c.case_number == number).order_by(appeals.c.at, appeals.c.id))
    return [_as_appeal(row) for row in rows]


def opened_by(tx: Tx, opener: str) -> list[Appeal]:
    """The appeals that the holder of one statement or receipt lodged."""
    rows = tx.execute(select(appeals).where(appeals.c.opened_by == opener).order_by(appeals.c.at))
    return [_as_appeal(row) for row in rows]


def pending(tx: Tx) -> list[Appeal]:
    """The appeals that wait for an answer, the oldest first."""
    rows = tx.execute(
        select(appeals).where(appeals.c.state == AppealState.PENDING.value).order_by(appeals.c.at, appeals.c.id)
    )
    return [_as_appeal(row) for row in rows]


def answer(tx: Tx, appeal_id: str, state: AppealState, by: str, at: int, text: str) -> bool:
    """Answer a pending appeal; False if it is not pending any more."""
    changed = tx.execute(
        update(appeals)
        .where(appeals.c.id == appeal_id, appeals.c.state == AppealState.PENDING.value)
        .values(state=state.value, decided_by=by, decided_at=at, answer=text)
    )
    return changed.rowcount == 1


def _as_appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        row.id, row.case_number, row.decision_id, Appellant(row.appellant), row.opened_by, row.note, row.at,
        AppealState(row.state), row.decided_by, row.decided_at, row.answer,
    )  # fmt: skip
