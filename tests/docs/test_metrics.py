"""The page on metrics has a heading for each figure that the code knows, with its kind, labels and sentence."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT
from veillee.web.measures import CATALOGUE, Measure

TEXT = (ROOT / "docs/reference/metrics.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+)`\n\n(.*?)(?=\n#|\Z)", TEXT, re.M | re.S))


def test_every_metric_has_its_heading() -> None:
    """And no other has."""
    assert list(SECTIONS) == [measure.name for measure in CATALOGUE]


@pytest.mark.parametrize("measure", CATALOGUE, ids=lambda measure: measure.name)
def test_a_heading_is_followed_by_kind_labels_and_sentence(measure: Measure) -> None:
    """As the catalogue has them."""
    said = " ".join(SECTIONS[measure.name].split())
    labels = f", by {', '.join(f'`{label}`' for label in measure.labels)}" if measure.labels else ""
    assert said.startswith(f"{measure.kind.capitalize()}{labels}. {measure.help}")
