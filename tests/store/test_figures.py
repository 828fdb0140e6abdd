"""Counting: only what happened in the time asked for, people and tools apart."""

from __future__ import annotations

from veillee.model.casefile import (
    AUTOMOD,
    Case,
    CaseState,
    Danger,
    Decision,
    Ground,
    Measure,
    Reason,
    Report,
    Source,
    Subject,
    SubjectKind,
)
from veillee.store import casefiles, decisions, figures
from veillee.store.port import Store, Tx


def _case(tx: Tx, number: str, source: Source, opened_at: int) -> None:
    subject = Subject(SubjectKind.MESSAGE, number, "cafe", "01G", "d", "Ombre")
    casefiles.add(tx, Case(number, subject, source, CaseState.OPEN, 1, Danger.LOW, 0, 0, (Reason.HATE,), (), opened_at))


def _decision(tx: Tx, number: str, name: str, by: str, measure: Measure, at: int) -> None:
    decisions.append(
        tx, Decision(name, number, at, by, measure, False, None, Ground.TERMS, "respect@1", None, "f", "", None)
    )


async def test_what_happened_in_a_time_is_counted_once(bare: Store) -> None:
    """From `start` to before `end`; the delay is that of the first decision of a person."""

    def write(tx: Tx) -> None:
        casefiles.add_report(tx, Report("r1", Source.REPORT, "device:d", None, Reason.HATE, "", "fr", 50), "h1")
        casefiles.add_report(tx, Report("r2", Source.REPORT, "device:d", None, Reason.HATE, "", "fr", 200), "h2")
        _case(tx, "A", Source.REPORT, 40)
        _case(tx, "B", Source.AUTOMOD, 60)
        _decision(tx, "B", "d1", AUTOMOD, Measure.HOLD, 60)
        _decision(tx, "A", "d2", "01NADIA", Measure.WARN, 90)
        _decision(tx, "A", "d3", "01NADIA", Measure.REVERSE, 95)

    await bare.write(write)
    found = await bare.read(figures.between, 40, 100)
    assert found.reports == {"hate": 1}
    assert found.sources == {"report": 1, "automod": 1}
    assert found.by_people == {"warn": 1, "reverse": 1}
    assert found.by_tools == {"hold": 1}
    assert found.handling == (50,)
    assert (found.entries, found.messages, found.appeals) == (0, 0, {})
    assert await bare.read(figures.open_cases) == (2, 40)
