"""The capacity model is arithmetic over measured figures, and the page shows what it computes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bench.capacity import FIGURES, SIZES, Need, figures, need, table
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs/operate/scale-out.md").read_text("utf-8")
KNOWN = {name: figure.value for name, figure in FIGURES.items()}


def test_the_page_shows_what_is_computed() -> None:
    """Both tables, to the letter: `python -m bench.capacity` prints them."""
    assert figures() in PAGE
    assert table([need(people) for people in SIZES]) in PAGE


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_where_it_comes_from(name: str) -> None:
    """What it is, its unit, and a command of ours."""
    figure = FIGURES[name]
    assert figure.value > 0
    assert figure.what
    assert figure.unit
    assert figure.command.startswith("bench.")


def test_more_people_never_need_less() -> None:
    """Of nothing, up to a million."""
    sizes = [need(people) for people in SIZES]
    for fewer, more in pairwise(sizes):
        assert (more.gateways, more.valkeys, more.databases) >= (fewer.gateways, fewer.valkeys, fewer.databases)
        assert more.memory_gib > fewer.memory_gib


def test_each_gateway_stays_within_its_share() -> None:
    """For a small place by hand: 20,000 people, 333 messages and 33,333 deliveries a second."""
    found = need(20_000)
    assert found.messages == pytest.approx(333.3, abs=0.1)
    assert found.deliveries == pytest.approx(33_333, abs=1)
    seconds = (found.messages * KNOWN["message"] + found.deliveries * KNOWN["delivery"]) / 1e6
    assert found.gateways == (1 if seconds <= 0.6 else 2)


@pytest.mark.parametrize(
    ("change", "first"),
    [({}, "PostgreSQL"), ({"commits": 1e9}, "Valkey"), ({"delivery": 0.001, "message": 0.1}, "gateway")],
)
def test_what_is_full_first_follows_from_the_figures(change: dict[str, float], first: str) -> None:
    """A database without limits leaves Valkey; gateways that cost nothing leave one."""
    assert need(100_000, KNOWN | change).first == first


def test_what_everybody_hears_is_what_ends_it() -> None:
    """A million need more than ten times the gateways of a hundred thousand; without hearing, just about ten times."""
    assert need(1_000_000).gateways > 10 * need(100_000).gateways
    deaf = KNOWN | {"receiving": 0.0}
    assert need(1_000_000, deaf).gateways <= 10 * need(100_000, deaf).gateways


def test_where_no_number_is_enough_it_says_so() -> None:
    """When hearing alone fills the share of a processor: 0.6 s by 20 µs are 30,000 messages a second."""
    most = int(0.6e6 / KNOWN["receiving"] * 60)
    assert need(int(most * 0.9)).gateways > need(1_000_000).gateways
    with pytest.raises(ValueError, match="no number"):
        need(int(most * 1.1))


def test_one_process_needs_neither_engine() -> None:
    """Its row says so."""
    alone = Need(10, 1, 10, 1, 10, 0.1, 0, 0, 0.0, 0.0, "gateway")
    assert "SQLite will do" in table([alone])
    assert "none needed" in table([alone])
    assert "none needed" not in table([replace(alone, gateways=2)])
