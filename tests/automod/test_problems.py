"""Problems of packs, as people read them."""

from __future__ import annotations

from veillee.automod.problems import Problem, RulesetInvalid, closest


def test_all_problems_are_told_a_line_each() -> None:
    """File, line, what is wrong and what to do."""
    problems = [Problem("fr/a.yaml", 3, "no id", "add one"), Problem("fr/b.yaml", 1, "not a pack", "start anew")]
    error = RulesetInvalid(problems)
    assert str(error).splitlines() == ["fr/a.yaml:3: no id: add one", "fr/b.yaml:1: not a pack: start anew"]
    assert error.problems == tuple(problems)


def test_the_nearest_name_is_offered() -> None:
    """Where nothing is near, what there is."""
    assert closest("quotd", ["quoted", "counter"]) == "did you mean `quoted`?"
    assert closest("zebra", ["quoted", "counter"]) == "known: counter, quoted"
