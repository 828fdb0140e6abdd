"""What a changed rule would have done, counted."""

from __future__ import annotations

import pytest

from tests.automod.editing import base, edition
from veillee.automod.backtest import MOST, SAMPLES, Fold, Report, Said, candidates, first_pass, wilson, without
from veillee.automod.engine import LONGEST, Engine
from veillee.automod.layers import lay_over


def tried(texts: list[str], decisions: dict[str, bool] | None = None) -> Report:
    """The report on these texts, said by seven people in turn, for a rule about figs."""
    said = [Said(f"M{n:06}", "cafe", f"G{n % 7}", text) for n, text in enumerate(texts)]
    fold = Fold(decisions or {})
    fold.add(len(said), first_pass(candidates([edition(goods="figue")]), said))
    return fold.report(without(base(), [edition(goods="figue")]))


def test_hits_people_and_overlap() -> None:
    """Who was hit, and what other rules in force catch too; the rule that it replaces is none of them."""
    report = tried(["bonsoir", "je vends figue", "je vends figue poire", "je vends pomme figue", "je mange figue"])
    assert (report.seen, report.hits, report.people, report.alone) == (5, 3, 3, 2)
    assert report.overlap == {"fr.test.poire@1": 1}
    assert [hit.body for hit in report.samples] == ["je vends figue", "je vends figue poire", "je vends pomme figue"]
    assert report.samples[0].spans


def test_precision_is_measured_against_people() -> None:
    """Only hits that somebody decided on count; the interval is wide where they are few."""
    report = tried(["je vends figue"] * 10, {"M000000": True, "M000001": True, "M000002": False, "M009999": True})
    assert (report.decided, report.upheld) == (3, 2)
    assert report.precision is not None
    assert report.precision.low < 2 / 3 < report.precision.high
    assert tried(["je vends figue"]).precision is None


@pytest.mark.parametrize(
    ("right", "all_", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (95, 100, 0.8882, 0.9785)],
)
def test_the_interval_is_wilsons(right: int, all_: int, low: float, high: float) -> None:
    """Figures from published tables, four decimals."""
    interval = wilson(right, all_)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)
    assert wilson(0, 0) is None


def test_fifty_samples_spread_over_all_hits() -> None:
    """Each text once, from the first to the last days; what is kept holds no text."""
    report = tried([f"je vends figue {n}" for n in range(1_000)] + ["je vends figue 1"] * 10)
    assert len(report.samples) == SAMPLES
    assert {int(hit.body.split()[-1]) // 100 for hit in report.samples} == set(range(10))
    assert "figue" not in str(report.kept())


def test_texts_of_many_hits_are_not_all_kept() -> None:
    """The figures count all, memory keeps an even part."""
    report_all = Fold({})
    hits = first_pass(candidates([edition()]), [Said(f"M{n}", "cafe", f"G{n}", "je vends figue") for n in range(500)])
    for _ in range(2 * MOST // 500 + 2):
        report_all.add(1_000, hits)
    assert len(report_all.kept) <= MOST
    report = report_all.report(Engine(lay_over(base(), [])))
    assert (report.hits, report.people) == ((2 * MOST // 500 + 2) * 500, 500)


def test_a_text_that_is_too_long_is_cut() -> None:
    """Nothing that is stored stops a backtest."""
    assert tried(["je vends figue " + "a" * LONGEST]).hits == 1
