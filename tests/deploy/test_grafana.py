"""The board can be imported, names only figures that exist, shows all of them, and explains itself to a volunteer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.architecture.tree import ROOT
from veillee.web.measures import BY_THE_CLIENT, CATALOGUE, Measure

BOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/veillee.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]
UNITS = {"short", "ops", "s", "percentunit", "bytes", "Bps", "dateTimeFromNow"}
NOT_SHOWN = {"veillee_rooms", "process_virtual_memory_bytes"}
"""Figures that a volunteer does not need on the board."""


def series(measure: Measure) -> set[str]:
    """The names under which Prometheus knows a measure."""
    if measure.kind == "histogram":
        return {f"{measure.name}_{part}" for part in ("bucket", "sum", "count")}
    return {measure.name}


def named(expression: str) -> set[str]:
    """The series that an expression asks for."""
    return set(re.findall(r"\b(?:veillee|process)_\w+", expression))


KNOWN = {name for measure in CATALOGUE for name in series(measure)}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_figures_that_exist(expression: str) -> None:
    """And selects by job and process, with its brackets closed."""
    assert named(expression)
    assert named(expression) <= KNOWN
    assert all(expression.count(left) == expression.count(right) for left, right in ("()", "[]", "{}"))
    assert expression.count('job=~"$job",instance=~"$instance"') >= len(named(expression))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_counters_are_rates_and_labels_exist(expression: str) -> None:
    """A counter is never shown as it stands; what is grouped or matched by is a label of that figure."""
    known = {name: measure for measure in CATALOGUE for name in series(measure)}
    measures = [known[name] for name in named(expression)]
    for measure in measures:
        if measure.kind != "gauge":
            assert re.search(rf"(rate|increase)\({measure.name}", expression)
    labels = {"le", "job", "instance"} | {label for measure in measures for label in measure.labels}
    used = set(re.findall(r"(\w+)\s*(?:=~|!=|=)\s*\"", expression))
    used |= {each.strip() for group in re.findall(r"by \(([^)]*)\)", expression) for each in group.split(",")}
    assert used <= labels


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: str(panel["title"]))
def test_a_panel_explains_itself(panel: dict[str, Any]) -> None:
    """A title, a unit, a sentence, and the data source of whoever imports it."""
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
    assert {source["uid"] for source in sources} == {"${datasource}"}


def test_the_board_asks_a_volunteers_questions_in_order() -> None:
    """Five rows."""
    rows = [panel["title"] for panel in BOARD["panels"] if panel["type"] == "row"]
    assert rows == ["Is it up?", "Are people served?", "Is it safe?", "Is it fast?", "Is it full?"]


def test_the_board_can_be_imported() -> None:
    """A current schema, its own ids once, no panel over another, the data source a variable."""
    assert BOARD["schemaVersion"] >= 39
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(set(ids)) == len(ids)
    assert BOARD["templating"]["list"][0]["type"] == "datasource"
    assert {variable["name"] for variable in BOARD["templating"]["list"]} == {"datasource", "job", "instance"}
    cells = [
        (x, y)
        for panel in BOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_every_figure_is_on_the_board() -> None:
    """Of the house's own, all but those named here."""
    shown = {name for expression in EXPRESSIONS for name in named(expression)}
    hidden = {measure.name for measure in CATALOGUE if not series(measure) & shown}
    assert hidden - BY_THE_CLIENT == NOT_SHOWN - BY_THE_CLIENT
