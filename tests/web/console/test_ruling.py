"""From a posted panel to a ruling, and to what the person reads."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.datastructures import FormData

from veillee.accountability import terms
from veillee.model.casefile import Case, CaseState, Danger, Ground, Measure, Reason, Source, Subject, SubjectKind
from veillee.model.clock import DAY
from veillee.model.errors import Refused
from veillee.web.console.door import Visit
from veillee.web.console.ruling import posted, preview

NOW = 1_795_464_878_000
SUBJECT = Subject(SubjectKind.MESSAGE, "01M", "cafe", "01G", "d", "Ombre", "en")
CASE = Case("7F3K-21AB", SUBJECT, Source.REPORT, CaseState.OPEN, 1, Danger.HIGH, 3, 1, (Reason.HARASSMENT,), (), NOW)
PANEL = {"measure": "mute", "span": "24h", "ground": "terms", "rule": "respect", "facts": "It insults somebody."}


def ruling(**given: str) -> Any:
    """The ruling of a panel posted with `given`."""
    return posted(Visit(None, None, FormData({**PANEL, **given})), NOW)  # type: ignore[arg-type]


def test_a_span_becomes_an_end_only_where_a_measure_lasts() -> None:
    """A mute ends in a day; a removal has no end even if a span was left in the form."""
    assert ruling().ends_at == NOW + DAY
    assert ruling(measure="remove").ends_at is None
    assert ruling(span="forever").ends_at is None


def test_no_action_carries_nothing_else() -> None:
    """Whatever else stands in the form is left out."""
    made = ruling(measure="no_action", remove="yes", ground="illegal", law="x", category="hate")
    assert (made.ground, made.rule, made.law, made.remove, made.category) == (None, None, None, False, None)


def test_an_article_belongs_to_the_law_only() -> None:
    """An article left in the form does not make a breach of our rules illegal."""
    assert ruling(law="art. 1").law is None
    made = ruling(ground="illegal", law="art. 1")
    assert (made.ground, made.law) == (Ground.ILLEGAL, "art. 1")


@pytest.mark.parametrize("measure", ["", "hold", "reverse", "block", "nonsense"])
def test_a_measure_that_staff_cannot_take_is_refused(measure: str) -> None:
    """The refusal names the field."""
    with pytest.raises(Refused) as refused:
        preview(ruling(measure=measure), CASE, terms.load(), NOW, None)
    assert refused.value.params["field"] == "measure"


def test_the_person_reads_it_in_their_language() -> None:
    """Rule and explanation are in the language of the person, whatever the moderator speaks."""
    seen = preview(ruling(remove="yes"), CASE, terms.load(), NOW, "the text")
    assert seen.rule_title == "Respect people"
    assert seen.explanation.startswith("This content falls under rule 1")
    assert (seen.removes, seen.ends_at, seen.text, seen.automatic) == (True, NOW + DAY, "the text", False)
    assert seen.measure == Measure.MUTE.value
