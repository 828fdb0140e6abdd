"""Helplines: fresh, by topic, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from veillee.accountability.helplines import FOR_REASON, for_reason, load, stale


def test_every_line_was_checked_within_a_year() -> None:
    """LAW.md §3.6: a line nobody verified for 365 days fails the build."""
    assert stale(load(), datetime.now(UTC).date()) == []


def test_a_line_grows_stale_after_a_year() -> None:
    """The day after the year, every line is stale."""
    lines = load()
    newest = max(line.verified_on for line in lines)
    assert stale(lines, newest + timedelta(days=366)) == list(lines)


def test_danger_and_minors_get_the_numbers_that_matter() -> None:
    """A report of danger shows 17 and 112; one about a minor shows 119 and 3018; spam shows none."""
    lines = load()
    assert {"17", "112", "114"} <= {line.number for line in for_reason(lines, "danger")}
    assert {"119", "3018"} <= {line.number for line in for_reason(lines, "minor")}
    assert for_reason(lines, "other") == []


def test_no_line_is_shown_twice() -> None:
    """A line with two matching topics appears once."""
    for reason in FOR_REASON:
        shown = [line.id for line in for_reason(load(), reason)]
        assert len(shown) == len(set(shown))
        assert shown


def test_lines_are_worded_in_the_readers_language() -> None:
    """English where asked, French where the language is unknown."""
    line = next(line for line in load() if line.number == "3114")
    assert line.worded("en")["name"] == "Suicide prevention (France)"
    assert line.worded("de")["name"] == "Prévention du suicide"


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    """A line without a number is an error with a reason, not a silent absence."""
    (tmp_path / "h.yaml").write_text(f"lines: [{{id: x, verified_on: {date(2026, 1, 1)}}}]", "utf-8")
    with pytest.raises(ValueError, match="helplines"):
        load(tmp_path / "h.yaml")
