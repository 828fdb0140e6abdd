"""A statement of reasons as pages show it."""

from __future__ import annotations

from veillee.model.casefile import AUTOMOD, Decision, Ground, Measure
from veillee.web.reasons import Reading, reading


def made(by: str, **told: str) -> Reading:
    """A reading of a decision taken `by` somebody, with these fields of the statement."""
    decision = Decision("01", "7F3K-21AB", 0, by, Measure.MUTE, True, 9, Ground.TERMS, "respect@1", None, "f", "", None)
    return reading(
        decision, {"decision_facts": "f", **told}, rule_number=1, rule_title="Respect", text="t", room="cafe"
    )


def test_the_explanation_is_that_of_the_ground() -> None:
    """Against the law or against the rules: whichever the statement has; none is an empty text."""
    assert made("01S", illegal_content_explanation="loi").explanation == "loi"
    assert made("01S", incompatible_content_explanation="règle").explanation == "règle"
    assert made("01S").explanation == ""


def test_whoever_reads_knows_whether_a_tool_decided() -> None:
    """DSA art. 17(3)(c): automated means are disclosed."""
    assert made(AUTOMOD).automatic
    assert not made("01S").automatic
