"""Broken rules, as volunteers write them: each is refused, at the line where it is wrong, with what to do about it.

In `broken/*.yaml` the line to look at ends with `# wrong: word; word`: what the remedy must speak of.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from veillee.automod.ruleset import RulesetInvalid, load

FOLDER = Path(__file__).parent / "broken"
BROKEN = sorted(FOLDER.glob("*.yaml"), key=lambda path: path.name)
MARK = "# wrong: "


def test_there_are_sixty_of_them_and_more() -> None:
    """The corpus does not shrink."""
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_rule_is_refused_with_line_and_remedy(path: Path) -> None:
    """File, line, and a remedy that speaks of the fault."""
    text = path.read_text(encoding="utf-8")
    ((line, words),) = [
        (number, each.partition(MARK)[2].split("; "))
        for number, each in enumerate(text.splitlines(), 1)
        if MARK in each
    ]
    with pytest.raises(RulesetInvalid) as refusal:
        load({"fr/broken.yaml": text})
    there = [each for each in refusal.value.problems if (each.file, each.line) == ("fr/broken.yaml", line)]
    assert there, refusal.value
    assert any(all(word.lower() in each.remedy.lower() for word in words) for each in there), refusal.value
