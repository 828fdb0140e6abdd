"""The forms of disguised writing that the judging is measured in, and what the shipped packs keep of them."""

from __future__ import annotations

import pytest

from bench.moderation.forms import FORMS
from tests.automod.packs import shipped
from veillee.automod.engine import Engine
from veillee.model.verdict import Action, Facts

HARMFUL = ("espèce de connard", "pauvre connard va", "ta gueule salope", "you stupid bitch")
CLEAN = (
    "je travaille dans un refuge pour animaux",
    "on mange ensemble demain soir",
    "the library opens tomorrow morning",
)

SLIPS = "swapped letters"
"""Of a phrase of everyday words, two letters that changed places may hide it; long insults are found."""


@pytest.mark.parametrize("form", [form for form in FORMS if form != SLIPS])
@pytest.mark.parametrize("line", HARMFUL)
def test_an_insult_is_found_in_every_form(form: str, line: str) -> None:
    """Leet, look-alikes, dots, spaces, stars, repetition and split words hide none of these."""
    assert Engine(shipped()).screen(Facts(FORMS[form](line)))[0].action is not Action.ALLOW


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("line", CLEAN)
def test_clean_talk_is_clean_in_every_form(form: str, line: str) -> None:
    """Nobody is flagged for the way they write."""
    assert Engine(shipped()).screen(Facts(FORMS[form](line)))[0].action is Action.ALLOW


def test_every_form_changes_something() -> None:
    """A form that left every line as it is would measure nothing."""
    for change in FORMS.values():
        assert change("Sale pédé, ta gueule connard") != "Sale pédé, ta gueule connard"
