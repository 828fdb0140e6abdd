"""What is remembered of conversations, authors and devices between drafts, so that a restart forgets no warning sign.

It is written with the message (`messages.append`) and expires after seven days.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select

from veillee.store import changes
from veillee.store.port import Tx
from veillee.store.tables.chat import risks


def load(tx: Tx, subjects: Collection[str], since: int) -> dict[str, Any]:
    """The states of these subjects that were written since `since` (Unix ms)."""
    rows = tx.execute(select(risks.c.subject, risks.c.state).where(risks.c.subject.in_(subjects), risks.c.at >= since))
    return {row.subject: row.state for row in rows}


def parts(tx: Tx, subjects: Collection[str], since: int) -> list[tuple[str, Any]]:
    """As `load`, with what several processes wrote of a subject in the last hour, the one over the other."""
    return [*load(tx, subjects, since).items(), *changes.states(tx, subjects)]


def forget(tx: Tx, before: int) -> int:
    """Erase what was written before `before` (Unix ms); answers how many subjects."""
    return tx.execute(delete(risks).where(risks.c.at < before)).rowcount
