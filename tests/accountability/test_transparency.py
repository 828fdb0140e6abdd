"""The transparency figures: masked where small, folded from rows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veillee.accountability.transparency import FEW, Transparency, group, median_minutes, shown
from veillee.model.casefile import Reason, Report, Source
from veillee.model.clock import MINUTE
from veillee.model.errors import Refused
from veillee.store import casefiles
from veillee.store.engine import SqliteStore

NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(("count", "published"), [(0, 0), (1, FEW), (4, FEW), (5, 5), (120, 120)])
def test_one_to_four_is_not_told(count: int, published: int | str) -> None:
    """PRODUCT.md §4.9: fewer than five could be somebody."""
    assert shown(count) == published


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_no_masked_part_can_be_computed(counts: list[int]) -> None:
    """A lone masked part leaves a total that fits each of one to four; several hide each other."""
    names = tuple(f"p{index}" for index in range(len(counts)))
    made = group("g", dict(zip(names, counts, strict=True)), names)
    masked = [count for count in counts if shown(count) == FEW]
    if len(masked) == 1:
        told = sum(value for value in made.parts.values() if isinstance(value, int))
        assert made.total == (f">{told}" if told else FEW)
    elif not masked:
        assert made.total == sum(counts)


def test_a_median_needs_five() -> None:
    """Under five decided cases there is no delay to publish; then it is in minutes."""
    assert median_minutes((MINUTE,) * 4) is None
    assert median_minutes(tuple(n * MINUTE for n in (1, 2, 3, 4, 50))) == 3
    assert median_minutes(tuple(n * MINUTE for n in (1, 2, 4, 6, 8, 9))) == 5


async def test_a_year_is_folded_from_rows() -> None:
    """Six reports of hatred and one of spam: six and « moins de 5 »; the CSV says the same as the JSON."""
    store = SqliteStore(None)
    for number, reason in enumerate([Reason.HATE] * 6 + [Reason.SCAM]):
        report = Report(f"r{number}", Source.REPORT, "device:d", None, reason, "", "fr", NOW - number)
        await store.write(casefiles.add_report, report, f"h{number}")
    transparency = Transparency(store, lambda: NOW + 1)
    made = await transparency.year(2026)
    document = made.document()
    assert document["reports"]["hate"] == 6
    assert document["reports"]["scam"] == FEW
    assert document["median_minutes_to_decision"] is None
    rows = list(csv.reader(io.StringIO(made.table())))
    assert ["reports", "hate", "6"] in rows
    assert (await transparency.year(2025)).groups[0].total == 0
    for year in (2023, 2027):
        with pytest.raises(Refused):
            await transparency.year(year)
    await store.close()
