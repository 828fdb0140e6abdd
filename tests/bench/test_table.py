"""The table: absolute figures, ratios, and what went wrong, in Markdown."""

from __future__ import annotations

import pytest

from bench.peers.load import Figures
from bench.peers.scenarios import SCENARIOS
from bench.peers.table import beside, number, summary, table

WHOLE = {"lost": 0, "duplicates": 0, "disorder": 0, "refused": 0, "generator_busy": 0.2, "last_p99_ms": 9.0}


@pytest.mark.parametrize(("value", "shown"), [(1234.5, "1,234"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23")])
def test_a_number_has_three_digits(value: float, shown: str) -> None:
    """More would promise more than was measured."""
    assert number(value) == shown


def test_each_server_stands_beside_the_floor_and_beside_us() -> None:
    """The first figure of the scenario, as a ratio to both."""
    figures = {"floor": {**WHOLE, "cpu_us": 5.0}, "veillee": {**WHOLE, "cpu_us": 4.0, "lost": 3}}
    rows = table(SCENARIOS[0], figures).splitlines()
    assert [cell.strip() for cell in rows[-1].split("|")][1:] == [
        "veillee", "4.00", "", "9.00", "0.80", "1.00", "0.00", "3", "20%", "",
    ]  # fmt: skip


def test_a_server_that_failed_says_why() -> None:
    """Nobody is dropped silently."""
    assert "| prosody | not installed |" in table(SCENARIOS[0], {"prosody": {"failed": "not installed\nmore"}})


def test_the_summary_has_a_column_for_each_scenario() -> None:
    """Absolute, with the ratio to the floor in brackets; whoever failed at one has an empty place there."""
    results: dict[str, dict[str, Figures]] = {
        "busy-100": {"floor": {"cpu_us": 5.0}, "veillee": {"cpu_us": 2.0}, "prosody": {"failed": "no"}},
        "full-100": {"floor": {"deliveries_s": 200_000}, "veillee": {"deliveries_s": 3_000_000}, "prosody": {}},
    }
    heading, _, *rows = summary(results).splitlines()
    assert heading.count("|") == 4
    assert rows == ["| floor | 5.00 (1.00) | 200,000 (1.00) |", "| veillee | 2.00 (0.40) | 3,000,000 (15.00) |",
                    "| prosody |  |  |"]  # fmt: skip


def test_judging_and_storing_stand_below() -> None:
    """What is left of the whole is the door's."""
    line = beside({"judging_us": 90.0, "cpu_us": 240.0, "a_commit": 7.6})
    assert "judging 90.0 µs" in line
    assert "storing 150 µs" in line
    assert "7.60 messages a commit" in line
