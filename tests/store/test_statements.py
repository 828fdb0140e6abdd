"""Verbs on statements: one a decision, found by the hash of its code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from veillee.model.casefile import Statement
from veillee.store import statements
from veillee.store.engine import SqliteStore

ONE = Statement("01S", "0000-0001", "01D", "about", "ab", "01G", "fr", 10, 99, {"decision_facts": "Faits."})


async def test_a_statement_is_found_by_hash_case_and_time() -> None:
    """What was issued comes back whole; another hash opens nothing."""
    store = SqliteStore(None)
    two = replace(ONE, id="01T", decision_id="01E", puid="cd", issued_at=20)
    await store.write(statements.issue, ONE, "hash")
    await store.write(statements.issue, two, "other")
    assert await store.read(statements.by_code, "hash") == ONE
    assert await store.read(statements.by_code, "01S") is None
    assert await store.read(statements.of_case, "0000-0001") == [ONE, two]
    assert await store.read(statements.of_decision, "01E") == two
    assert await store.read(statements.of_decision, "01F") is None
    assert await store.read(statements.issued_between, 10, 20) == [ONE]
    await store.close()


@pytest.mark.parametrize("same", [{"decision_id": "01D"}, {"puid": "ab"}])
async def test_a_decision_has_one_statement_and_a_puid_one_use(same: dict[str, str]) -> None:
    """LAW.md Annex A: a puid is unique for ever."""
    store = SqliteStore(None)
    await store.write(statements.issue, ONE, "hash")
    fresh = {"id": "01T", "decision_id": "01E", "puid": "cd"} | same
    with pytest.raises(IntegrityError):
        await store.write(statements.issue, replace(ONE, **fresh), "other")  # type: ignore[arg-type]
    await store.close()
