"""Verbs on statements of reasons: written with their decision, read by whoever holds the code."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select

from veillee.model.casefile import Statement
from veillee.store.port import Tx
from veillee.store.tables.casework import statements


def issue(tx: Tx, statement: Statement, code_hash: str) -> None:
    """Write a statement; there is one a decision at most. Only the hash of its code is kept."""
    tx.execute(
        insert(statements).values(
            id=statement.id, code_hash=code_hash, case_number=statement.case_number,
            decision_id=statement.decision_id, about=statement.about, puid=statement.puid,
            guest_id=statement.guest_id, language=statement.language, issued_at=statement.issued_at,
            appeal_until=statement.appeal_until, fields=statement.fields,
        )
    )  # fmt: skip


def by_code(tx: Tx, code_hash: str) -> Statement | None:
    """The statement that a code opens."""
    row = tx.execute(select(statements).where(statements.c.code_hash == code_hash)).first()
    return None if row is None else _as_statement(row)


def of_case(tx: Tx, number: str) -> list[Statement]:
    """The statements of a case, the oldest first."""
    rows = tx.execute(
        select(statements).where(statements.c.case_number == number).order_by(statements.c.issued_at, statements.c.id)
    )
    return [_as_statement(row) for row in rows]


def of_decision(tx: Tx, decision_id: str) -> Statement | None:
    """The statement that came with a decision."""
    row = tx.execute(select(statements).where(statements.c.decision_id == decision_id)).first()
    return None if row is None else _as_statement(row)


def issued_between(tx: Tx, start: int, end: int) -> list[Statement]:
    """The statements issued from `start` to before `end` (Unix ms), the oldest first: what an export holds."""
    rows = tx.execute(
        select(statements)
        .where(statements.c.issued_at >= start, statements.c.issued_at < end)
        .order_by(statements.c.issued_at, statements.c.id)
    )
    return [_as_statement(row) for row in rows]


def _as_statement(row: Row[Any]) -> Statement:
    return Statement(
        row.id, row.case_number, row.decision_id, row.about, row.puid, row.guest_id, row.language, row.issued_at,
        row.appeal_until, row.fields,
    )  # fmt: skip
