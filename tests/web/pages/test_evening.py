"""What the entry page says of tonight."""

from __future__ import annotations

import random

from veillee.accountability import helplines, terms
from veillee.accountability.imprint import Imprint
from veillee.accountability.operator import Operator
from veillee.chat.pseudonyms import normal_form
from veillee.web.pages.evening import SUGGESTIONS, Evening
from veillee.web.wording import Wording


def evening(present: int = 0) -> Evening:
    """An evening of a place with the shipped terms and helplines."""
    imprint = Imprint("Chez nous", "https://v.example", Operator("Nous"), terms.load(), helplines.load())
    return Evening(lambda: imprint, tuple, lambda: present, random.Random(7).randrange)


def test_a_small_group_is_not_counted() -> None:
    """Under five the page says "a few"; nobody at all and many are said as they are."""
    assert [evening(n).count() for n in (0, 1, 4, 5, 120)] == [0, None, None, 5, 120]


def test_suggested_pseudonyms_may_be_used_as_they_are() -> None:
    """Each passes the rules for pseudonyms in both languages."""
    wording = Wording.read()
    for language in wording.languages:
        names = evening().suggestions(wording, language)
        assert len(names) == SUGGESTIONS
        assert [normal_form(name) for name in names] == names


def test_helplines_stand_beside_danger_and_minors() -> None:
    """Whoever reports one of these sees whom to call, in their language."""
    lines = evening().helplines("en")
    assert lines["danger"]
    assert lines["minor"]
    assert all(set(line) == {"number", "name", "hours"} for topic in lines.values() for line in topic)
