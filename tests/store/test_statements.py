"""Verbs on statements: one a decision, found by the hash of its code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from veillee.model.casefile import Statement
from veillee.store import statements
from veillee.store.port import Store

ONE = Statement("01S", "0000-0001", "01D", "about", "ab", "01G", "fr", 10, 99, {"decision_facts": "Faits."})


async def test_a_statement_is_found_by_hash_case_and_time(bare: Store) -> None:
    """What was issued comes back whole; another hash opens nothing."""
    two = replace(ONE, id="01T", decision_id="01E", puid="cd", issued_at=20)
    await bare.write(statements.issue, ONE, "hash")
    await bare.write(statements.issue, two, "other")
    assert await bare.read(statements.by_code, "hash") == ONE
    assert await bare.read(statements.by_code, "01S") is None
    assert await bare.read(statements.of_case, "0000-0001") == [ONE, two]
    assert await bare.read(statements.of_decision, "01E") == two
    assert await bare.read(statements.of_decision, "01F") is None
    assert await bare.read(statements.issued_between, 10, 20) == [ONE]


@pytest.mark.parametrize("same", [{"decision_id": "01D"}, {"puid": "ab"}])
async def test_a_decision_has_one_statement_and_a_puid_one_use(bare: Store, same: dict[str, str]) -> None:
    """LAW.md Annex A: a puid is unique for ever."""
    await bare.write(statements.issue, ONE, "hash")
    fresh = {"id": "01T", "decision_id": "01E", "puid": "cd"} | same
    with pytest.raises(IntegrityError):
        await bare.write(statements.issue, replace(ONE, **fresh), "other")  # type: ignore[arg-type]
