"""What growth says and how it is drawn."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from bench.peers.growth import GROWTHS, straightness
from bench.peers.plot import Series, plot, ticks


def test_a_straight_line_is_called_straight() -> None:
    """Slope, height at 0 and R² of points on a line, and of points on a curve."""
    assert straightness([(0, 1), (1, 3), (2, 5)]) == pytest.approx((2, 1, 1))
    assert straightness([(x, x * x) for x in range(10)])[2] < 0.95


def test_a_point_grows_what_it_says() -> None:
    """Twice the rooms are twice the people and twice the messages."""
    rooms = next(growth for growth in GROWTHS if growth.name == "rooms")
    assert rooms.load(50) == {"conns": 500, "rooms": 50, "rate": 50}


@pytest.mark.parametrize(("highest", "last"), [(0.0, 1), (0.7, 0.8), (4.2, 5), (93, 100), (2000, 2000)])
def test_ticks_are_round_and_reach_the_highest(highest: float, last: float) -> None:
    """Axes end on a round value."""
    assert ticks(highest)[-1] == pytest.approx(last)
    assert ticks(highest)[0] == 0


def test_a_plot_is_svg_with_a_name_at_each_line() -> None:
    """It parses, says what it shows, and takes its ink from the reader's theme."""
    drawn = plot("CPU", "people", "ms", [Series("veillee", [(1, 2), (3, 4)]), Series("floor", [(1, 1), (3, 2)])])
    root = ElementTree.fromstring(drawn)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"CPU", "people", "ms", "veillee", "floor"} <= set(texts)
    assert "prefers-color-scheme: dark" in drawn
