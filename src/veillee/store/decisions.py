"""Verbs on decisions and what was carried out of them. Append-only: nothing here updates or deletes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select

from veillee.model.casefile import AUTOMOD, Decision, Ground, Measure
from veillee.model.verdict import Category
from veillee.store.dialects import upsert
from veillee.store.port import Tx
from veillee.store.tables.casework import cases, decisions, enforcements


def append(tx: Tx, decision: Decision) -> None:
    """Write a decision. A second one that reverses the same decision is refused by the database."""
    tx.execute(
        insert(decisions).values(
            id=decision.id, case_number=decision.case_number, at=decision.at, by=decision.by,
            measure=decision.measure.value, removes=decision.removes, ends_at=decision.ends_at,
            ground=decision.ground and decision.ground.value, rule=decision.rule, law=decision.law,
            facts=decision.facts, explanation=decision.explanation,
            category=decision.category and decision.category.value, reverses=decision.reverses,
            own_reviewer=decision.own_reviewer,
        )
    )  # fmt: skip


def get(tx: Tx, decision_id: str) -> Decision | None:
    """A decision by id."""
    row = tx.execute(select(decisions).where(decisions.c.id == decision_id)).first()
    return None if row is None else _as_decision(row)


def of_case(tx: Tx, number: str) -> list[Decision]:
    """The decisions of a case, the oldest first."""
    rows = tx.execute(
        select(decisions).where(decisions.c.case_number == number).order_by(decisions.c.at, decisions.c.id)
    )
    return [_as_decision(row) for row in rows]


def reversal_of(tx: Tx, decision_id: str) -> Decision | None:
    """The decision that undid this one, if any did."""
    row = tx.execute(select(decisions).where(decisions.c.reverses == decision_id)).first()
    return None if row is None else _as_decision(row)


def strikes(tx: Tx, device: str, since: int) -> list[Decision]:
    """The restrictions that people decided on this device since `since` and that stand: what was reversed is not
    among them, so that a reversal restores the count by itself."""
    if not device:
        return []
    undone = select(decisions.c.reverses).where(decisions.c.reverses.is_not(None))
    rows = tx.execute(
        select(decisions)
        .join(cases, cases.c.number == decisions.c.case_number)
        .where(
            cases.c.device == device,
            decisions.c.at >= since,
            decisions.c.by != AUTOMOD,
            decisions.c.measure.not_in((Measure.NO_ACTION.value, Measure.REVERSE.value)),
            decisions.c.id.not_in(undone),
        )
        .order_by(decisions.c.at.desc())
    )
    return [_as_decision(row) for row in rows]


def mark_enforced(tx: Tx, decision_id: str, at: int) -> bool:
    """The decision was carried out; False if that was known already: whoever asks then tells nobody twice."""
    done = upsert(tx, enforcements).values(decision_id=decision_id, at=at).on_conflict_do_nothing()
    return tx.execute(done).rowcount == 1


def enforced_at(tx: Tx, decision_id: str) -> int | None:
    """When the decision was carried out, None while it is still owed."""
    at = tx.execute(select(enforcements.c.at).where(enforcements.c.decision_id == decision_id)).scalar()
    return None if at is None else int(at)


def _as_decision(row: Row[Any]) -> Decision:
    return Decision(
        row.id, row.case_number, row.at, row.by, Measure(row.measure), row.removes, row.ends_at,
        Ground(row.ground) if row.ground else None, row.rule, row.law, row.facts, row.explanation,
        Category(row.category) if row.category else None, row.reverses, row.own_reviewer,
    )  # fmt: skip
