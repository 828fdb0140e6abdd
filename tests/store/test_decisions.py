"""Verbs on decisions: appended in order, reversed once, carried out once."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from veillee.model.casefile import (
    AUTOMOD,
    Case,
    CaseState,
    Danger,
    Decision,
    Ground,
    Measure,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.verdict import Category
from veillee.store import casefiles, decisions
from veillee.store.port import Store

SUBJECT = Subject(SubjectKind.MESSAGE, "01M", "cafe", "01G", "device", "Corbeau", "fr")
CASE = Case("0000-0001", SUBJECT, Source.REPORT, CaseState.OPEN, 1, Danger.LOW, 2, 0, (), (), 5)
DECISION = Decision(
    "01A", "0000-0001", 7, "nadia", Measure.MUTE, True, 99, Ground.TERMS, "respect@1", None, "Faits.", "",
    Category.HATE,
)  # fmt: skip


async def test_decisions_are_read_as_they_were_written(bare: Store) -> None:
    """Order, ground, category and end come back; a strike is one that stands, by a person."""
    await bare.write(casefiles.add, CASE)
    await bare.write(decisions.append, DECISION)
    await bare.write(decisions.append, replace(DECISION, id="01B", by=AUTOMOD))
    assert await bare.read(decisions.of_case, "0000-0001") == [DECISION, replace(DECISION, id="01B", by=AUTOMOD)]
    assert await bare.read(decisions.strikes, "device", 0) == [DECISION]
    assert await bare.read(decisions.strikes, "device", 8) == []
    assert await bare.read(decisions.strikes, "", 0) == []
    assert await bare.read(decisions.get, "01Z") is None


async def test_a_decision_is_reversed_once(bare: Store) -> None:
    """A second reversal is refused by the database; the first takes the strike away."""
    await bare.write(casefiles.add, CASE)
    await bare.write(decisions.append, DECISION)
    reversal = replace(DECISION, id="01B", measure=Measure.REVERSE, reverses="01A")
    await bare.write(decisions.append, reversal)
    with pytest.raises(IntegrityError):
        await bare.write(decisions.append, replace(reversal, id="01C"))
    assert await bare.read(decisions.reversal_of, "01A") == reversal
    assert await bare.read(decisions.reversal_of, "01B") is None
    assert await bare.read(decisions.strikes, "device", 0) == []


async def test_carried_out_is_marked_once(bare: Store) -> None:
    """Only the first to mark a decision goes on to tell people."""
    assert await bare.read(decisions.enforced_at, "01A") is None
    assert await bare.write(decisions.mark_enforced, "01A", 7)
    assert not await bare.write(decisions.mark_enforced, "01A", 8)
    assert await bare.read(decisions.enforced_at, "01A") == 7


def test_nothing_here_updates_or_deletes() -> None:
    """DESIGN.md: decisions are append-only; the file has no verb that could change one."""
    called = {
        node.func.id
        for node in ast.walk(ast.parse(inspect.getsource(decisions)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"update", "delete"}
