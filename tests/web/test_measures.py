"""The catalogue: names that say their unit, labels that cannot be a person."""

from __future__ import annotations

import re

import pytest

from veillee.web.measures import BY_THE_CLIENT, CATALOGUE, Measure

LABELS = {
    "action", "card", "category", "code", "command", "generation", "kind", "outcome", "python", "reason", "size",
    "transport", "version",
}  # fmt: skip
"""Everything that may be a label: each has a small, closed set of values. A room, a guest, an address never is one."""
COUNTED = {
    "appeals_waiting", "cases_open", "connections", "judge_holding_rules", "judge_resting", "members", "on_duty",
    "outbox_effects", "reports_last_day", "rooms", "rooms_guarded", "rooms_shut", "sanctions_standing", "bus_connected",
}  # fmt: skip
"""Gauges that count things: the thing is the unit."""


@pytest.mark.parametrize("measure", CATALOGUE, ids=lambda measure: measure.name)
def test_a_name_says_its_unit(measure: Measure) -> None:
    """Counters end in `_total`, times in `_seconds`, sizes in `_bytes`; the sentence ends."""
    assert re.fullmatch(r"(veillee|process)_[a-z_]+", measure.name)
    assert (measure.kind == "counter") == measure.name.endswith("_total")
    plain = measure.name.removeprefix("veillee_")
    units = ("_total", "_seconds", "_bytes", "_operations", "_info", "_fds")
    assert plain.endswith(units) or plain in COUNTED
    assert measure.help.endswith((".", "`."))


def test_names_are_given_once() -> None:
    """No two measures share a name."""
    assert len({measure.name for measure in CATALOGUE}) == len(CATALOGUE)


def test_no_label_is_a_person() -> None:
    """Only labels of the list."""
    assert {label for measure in CATALOGUE for label in measure.labels} <= LABELS


def test_what_the_client_reads_is_named_as_everywhere() -> None:
    """`process_…`, as boards expect."""
    assert {"process_cpu_seconds_total", "process_open_fds", "process_resident_memory_bytes"} <= BY_THE_CLIENT
