"""The values of a case: claims end by the clock, the time to contest is six calendar months and never shorter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.model.casefile import (
    Case,
    CaseState,
    Danger,
    Measure,
    Source,
    Subject,
    SubjectKind,
    appeal_deadline,
)
from veillee.model.sanction import SanctionKind


def at(text: str) -> int:
    """Unix milliseconds of an ISO date and time, UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("informed", "last"),
    [
        ("2026-11-24T12:00:00", "2027-05-24T23:59:59.999"),
        ("2026-08-31T00:00:00", "2027-02-28T23:59:59.999"),
        ("2027-08-31T23:59:59", "2028-02-29T23:59:59.999"),
        ("2026-06-30T08:00:00", "2026-12-30T23:59:59.999"),
        ("2026-12-31T08:00:00", "2027-06-30T23:59:59.999"),
    ],
)
def test_the_term_ends_with_its_last_day(informed: str, last: str) -> None:
    """DSA art. 20(1): six calendar months; a month without that day ends it on its last (Regulation 1182/71)."""
    assert appeal_deadline(at(informed)) == at(last)


@given(st.integers(at("2020-01-01T00:00:00"), at("2090-01-01T00:00:00")))
def test_the_term_is_never_shorter_than_six_months(start: int) -> None:
    """Whatever the day, the last of six months is over: between 180 and 185 days pass."""
    days = (appeal_deadline(start) - start) / 86_400_000
    assert 180 < days <= 185


def test_a_claim_ends_by_the_clock() -> None:
    """Nobody has the case from the last millisecond of the claim on."""
    subject = Subject(SubjectKind.ROOM, "cafe", "cafe")
    case = Case(
        "7F3K-21AB", subject, Source.REPORT, CaseState.OPEN, 2, Danger.LOW, 3, 2, (), (), 0, None, "nadia", 1_000
    )
    assert case.claimant(999) == "nadia"
    assert case.claimant(1_000) is None
    assert case.reach == 5


def test_measures_on_a_person_are_sanctions() -> None:
    """Only what restricts a person becomes a sanction."""
    found = {measure: measure.sanction for measure in Measure if measure.sanction is not None}
    assert found == {
        Measure.WARN: SanctionKind.WARN,
        Measure.MUTE: SanctionKind.MUTE,
        Measure.ROOM_BAN: SanctionKind.ROOM_BAN,
        Measure.SERVICE_BAN: SanctionKind.SERVICE_BAN,
    }
