"""Verbs on cases: one open case a subject, whatever the order; versions move by one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from veillee.model.casefile import (
    Case,
    CaseState,
    Danger,
    Reason,
    Report,
    Snapshot,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.verdict import Category
from veillee.store import casefiles
from veillee.store.port import Store

SUBJECT = Subject(SubjectKind.MESSAGE, "01M", "cafe", "01G", "device", "Corbeau", "fr")
CASE = Case(
    "0000-0001", SUBJECT, Source.REPORT, CaseState.OPEN, 1, Danger.LOW, 2, 0, (Reason.OTHER,), (Category.HATE,), 5
)
REPORT = Report("01R", Source.REPORT, "device:a", "01L", Reason.HATE, "là", "fr", 6)


@pytest.fixture
def store(bare: Store) -> Store:
    """An empty store."""
    return bare


async def test_an_open_case_is_joined(store: Store) -> None:
    """The second keeps the first's number, the graver danger and every reason, each once."""
    await store.write(casefiles.open_or_join, CASE)
    other = replace(CASE, number="0000-0002", danger=Danger.LIFE, readers=9, reasons=(Reason.MINOR, Reason.OTHER))
    joined = await store.write(casefiles.open_or_join, other)
    assert joined == replace(CASE, danger=Danger.LIFE, readers=9, reasons=(Reason.OTHER, Reason.MINOR))
    assert await store.read(casefiles.get, "0000-0001") == joined
    assert await store.read(casefiles.get, "0000-0002") is None


async def test_a_closed_case_is_not_joined(store: Store) -> None:
    """After a decision a new report opens a new case."""
    await store.write(casefiles.open_or_join, CASE)
    assert await store.write(casefiles.move, "0000-0001", 1, CaseState.DECIDED, 9)
    fresh = await store.write(casefiles.open_or_join, replace(CASE, number="0000-0002"))
    assert fresh.number == "0000-0002"
    assert [case.number for case in await store.read(casefiles.of_device, "device")] == ["0000-0001", "0000-0002"]
    assert await store.read(casefiles.of_device, "") == []


async def test_the_database_refuses_two_open_cases(store: Store) -> None:
    """Even a writer that forgot to look cannot open a second one."""
    await store.write(casefiles.add, CASE)
    with pytest.raises(IntegrityError):
        await store.write(casefiles.add, replace(CASE, number="0000-0002"))


async def test_a_version_moves_once(store: Store) -> None:
    """Of two acts on the same version one succeeds."""
    await store.write(casefiles.add, CASE)
    assert await store.write(casefiles.claim, "0000-0001", 1, "nadia", 99)
    assert not await store.write(casefiles.claim, "0000-0001", 1, "paul", 99)
    assert not await store.write(casefiles.move, "0000-0001", 1, CaseState.DECIDED, 9)
    assert await store.write(casefiles.move, "0000-0001", 2, CaseState.DECIDED, 9)
    case = await store.read(casefiles.get, "0000-0001")
    assert case is not None
    assert (case.version, case.claimed_by, case.closed_at) == (3, None, 9)
    assert await store.read(casefiles.in_state, CaseState.OPEN) == []
    assert [each.number for each in await store.read(casefiles.latest)] == ["0000-0001"]


async def test_reports_and_evidence_belong_to_their_case(store: Store) -> None:
    """A report is found by its code's hash and by its case; one device is one reporter."""
    await store.write(casefiles.add, CASE)
    for number in ("1", "2"):
        report = replace(REPORT, id=REPORT.id + number)
        await store.write(casefiles.add_report, report, f"hash{number}")
        await store.write(casefiles.join_report, report, "0000-0001", "msg:01M", None)
    await store.write(casefiles.seal, Snapshot("01S", "0000-0001", 6, "{}", "x"))
    case = await store.read(casefiles.get, "0000-0001")
    assert case is not None
    assert case.reporters == 1
    assert await store.read(casefiles.report_by_code, "hash2") == replace(REPORT, id="01R2")
    assert await store.read(casefiles.report, "01R1") == replace(REPORT, id="01R1")
    assert await store.read(casefiles.report_by_code, "other") is None
    assert [location for _, location in await store.read(casefiles.reports_of, "0000-0001")] == ["msg:01M"] * 2
    assert await store.read(casefiles.cases_of_report, "01R1") == [case]
    assert [each.id for each in await store.read(casefiles.snapshots_of, "0000-0001")] == ["01S"]
    assert not await store.read(casefiles.free, "0000-0001")
    assert await store.read(casefiles.free, "0000-0009")
