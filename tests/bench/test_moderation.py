"""How the judging is measured: counts, shares, sets read with their split, rules left out one at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.moderation.__main__ import judge
from bench.moderation.card import page
from bench.moderation.figures import counted
from bench.moderation.left_out import by_category
from bench.moderation.sets import Row, present, read
from veillee.automod.ruleset import load
from veillee.model.verdict import Action

PACK = """
rules:
  - {id: en.spam.one, version: 1, category: spam, action: warn, reason: r, source: s, condition: a,
     signals: {a: {terms: [gadget]}}, must_catch: [buy my gadget, gadget shop], must_pass: [my shop]}
  - {id: en.spam.two, version: 1, category: spam, action: hold, reason: r, source: s, condition: b,
     signals: {b: {terms: [shop]}}, must_catch: [visit my shop], must_pass: [hello]}
"""


def rows(folder: Path, name: str, *entries: dict[str, object]) -> list[Row]:
    """A set of these rows, written and read."""
    lines = (json.dumps({"lang": "fr", "categories": [], **entry}, ensure_ascii=False) for entry in entries)
    (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(name, folder)


def test_counts_become_shares() -> None:
    """Recall, precision, macro-F1 and the shares of clean rows that were flagged or stopped."""
    counts = counted([(True, True, True), (True, False, False), (False, True, True), *[(False, False, False)] * 3])
    assert (counts.recall, counts.precision, counts.clean_flagged, counts.clean_stopped) == (0.5, 0.5, 0.25, 0.25)
    assert counts.macro_f1 == pytest.approx((0.5 + 0.75) / 2)


def test_nothing_is_no_share() -> None:
    """An empty set has figures of nought, not an error."""
    assert (counted([]).recall, counted([]).precision, counted([]).macro_f1) == (0, 0, 0)


def test_rows_are_read_with_their_split(tmp_path: Path) -> None:
    """Ambiguous rows are left out, mangled accents put right, odd line ends kept, one conversation is on one side."""
    lines = [{"id": str(n), "text": f"{n}", "label": 0, "conv": "c"} for n in range(9)]
    found = rows(
        tmp_path,
        "ftr_train",
        {"id": "x", "text": "dÃ©jÃ\xa0 vu", "label": 1},
        {"id": "y", "text": "", "label": -1},
        {"id": "z", "text": "a\u2028b", "label": 0},
        *lines,
    )
    assert [row.text for row in found[:2]] == ["déjà vu", "a\u2028b"]
    assert len({row.held_out for row in found[2:]}) == 1
    assert present(tmp_path) == ("ftr_train",)


def test_a_tweet_loses_its_traces(tmp_path: Path) -> None:
    """Names, links and RT go before anything is learnt from a tweet."""
    (row,) = rows(tmp_path, "mlma_fr", {"id": "x", "text": "RT @lune: bien &amp; vu https://ex.am/ple", "label": 0})
    assert row.bare == ": bien & vu"


def test_a_conversation_is_judged_in_its_order(tmp_path: Path) -> None:
    """Rows come back in their order, each with its verdict."""
    found = rows(tmp_path, "cad_train", *({"id": str(n), "text": t, "label": 0, "conv": "c", "user": "u"}
                                          for n, t in enumerate(("hello", "my gadget"))))  # fmt: skip
    assert [v.action for _, v in judge(load({"en/spam.yaml": PACK}), found)] == [Action.ALLOW, Action.WARN]


def test_a_rule_left_out_shows_what_the_others_see() -> None:
    """Of three lines to catch one is seen by another rule too; one near-miss is stopped."""
    entry = by_category(load({"en/spam.yaml": PACK}))["en", "spam"]
    assert (entry.catch, entry.caught, entry.by_others) == (3, 3, 1)
    assert (entry.near, entry.near_flagged, entry.near_stopped) == (2, 1, 1)


def test_the_page_of_models_is_that_of_the_cards() -> None:
    """docs/reference/models.md is written from the cards that ship."""
    assert (Path(__file__).parents[2] / "docs/reference/models.md").read_text("utf-8") == page()
