"""Statements of reasons: what the database would accept, and nothing that names anybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.moderation.house import NOON, House
from veillee.accountability import terms
from veillee.model.casefile import (
    AUTOMOD,
    Case,
    CaseState,
    Danger,
    Decision,
    Ground,
    Measure,
    Reason,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.clock import DAY, HOUR
from veillee.model.errors import Refused
from veillee.model.verdict import Action, Category, Verdict
from veillee.moderation import statements

SCHEMA = json.loads((Path(__file__).parents[1] / "law" / "statement_of_reasons.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TERMS = terms.load()
LASTING = (Measure.MUTE, Measure.ROOM_BAN, Measure.SERVICE_BAN)


@st.composite
def rulings(draw: st.DrawFn) -> tuple[Case, Decision]:
    """A case and a decision on it, as they can be."""
    subject = Subject(SubjectKind.MESSAGE, "m", "cafe", "g", "d", "Corbeau", draw(st.sampled_from(["fr", "en", "de"])))
    case = Case(
        "7F3K-21AB", subject, draw(st.sampled_from(Source)), CaseState.DECIDED, 2, Danger.HIGH, 0, 1,
        tuple(draw(st.lists(st.sampled_from(Reason), max_size=3))),
        tuple(draw(st.lists(st.sampled_from(Category), max_size=3))), NOON,
    )  # fmt: skip
    measure = draw(st.sampled_from([each for each in Measure if each not in (Measure.NO_ACTION, Measure.REVERSE)]))
    ground = draw(st.sampled_from(Ground))
    decision = Decision(
        "d", case.number, NOON, draw(st.sampled_from([AUTOMOD, "nadia"])), measure,
        draw(st.booleans()) if measure is Measure.WARN else False, NOON + DAY if measure in LASTING else None, ground,
        TERMS.cite(draw(st.sampled_from(TERMS.rules)).code) if draw(st.booleans()) else None,
        draw(st.text(min_size=1, max_size=500)) if ground is Ground.ILLEGAL else None,
        draw(st.text(min_size=1, max_size=5_000)), draw(st.text(max_size=2_000)),
        draw(st.none() | st.sampled_from(Category)),
    )  # fmt: skip
    return case, decision


@given(rulings())
def test_every_restriction_is_what_the_database_takes(ruling: tuple[Case, Decision]) -> None:
    """LAW.md §8.3 test 8 (DSA art. 24(5)): whatever is decided, its fields validate against Annex A's schema."""
    case, decision = ruling
    fields = statements.fields(case, decision, TERMS, "0f" * 16, NOON - HOUR)
    if statements.restricts(fields):
        VALIDATOR.validate(fields)
    else:
        assert (decision.measure, decision.removes) == (Measure.WARN, False)


def test_the_fields_say_what_was_done() -> None:
    """A mute for a day that also removes: partial suspension with its end, content removed, human decision."""
    subject = Subject(SubjectKind.MESSAGE, "m", "cafe", "g", "d", "Corbeau", "fr")
    case = Case("7F3K-21AB", subject, Source.NOTICE, CaseState.DECIDED, 2, Danger.HIGH, 0, 1, (Reason.HATE,), (), NOON)
    decision = Decision(
        "d", case.number, NOON, "nadia", Measure.MUTE, True, NOON + DAY, Ground.TERMS, "respect@1", None, "Faits.", "",
        None,
    )  # fmt: skip
    fields = statements.fields(case, decision, TERMS, "0f" * 16, NOON - HOUR)
    expected = {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION",
        "end_date_service_restriction": "2026-11-25",
        "source_type": "SOURCE_ARTICLE_16",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "automated_detection": "No",
        "category": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "category_specification": ["KEYWORD_HATE_SPEECH"],
        "content_language": "FR",
        "content_date": "2026-11-24",
    }
    assert fields | expected == fields
    assert "Respecter les personnes" in fields["incompatible_content_explanation"]


async def decide(house: House, measure: Measure, **more: Any) -> str:
    """Decide the only case, carry it out, answer the code that its statement's reader gets."""
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    done = await house.decisions.decide(case.number, case.version, house.ruling(measure, **more), nadia)
    await house.effects.drain()
    assert done.statement is not None
    return house.desk.code(done.statement)


async def test_a_banned_guest_reads_why(house: House) -> None:
    """LAW.md §8.3 test 6, first half (DSA art. 17(3)): measure, duration, facts, ground and redress, by code alone."""
    await house.reported(body="mon propre message")
    code = await decide(house, Measure.SERVICE_BAN, hours=24)
    view = await house.statements.by_code(code.lower())
    assert (view.decision.measure, view.decision.ends_at) == (Measure.SERVICE_BAN, house.clock() + 24 * HOUR)
    assert (view.rule_number, view.rule_title) == (1, "Respecter les personnes")
    assert (view.text, view.code, view.contestable) == ("mon propre message", code, True)


async def test_a_receipt_does_not_open_a_statement(house: House) -> None:
    """Who reported learns the outcome, not the reasons given to somebody else."""
    *_, receipt = await house.reported()
    await decide(house, Measure.REMOVE)
    with pytest.raises(Refused):
        await house.statements.by_code(receipt)


async def test_the_export_is_valid_and_names_nobody(house: House) -> None:
    """LAW.md §8.3 tests 8 and 9: automatic and human restrictions are exported, a warning is not, a puid is random."""
    author, *_ = await house.reported()
    code = await decide(house, Measure.REMOVE)
    house.engine.verdicts["refusé"] = Verdict(Action.BLOCK, (Category.HATE,), ("fr.hate.slur@3",))
    with pytest.raises(Refused):
        await house.say(author, "refusé")
    await house.intake.report(await house.guest("Ours"), _face(house, author), "hate", None)
    await decide_warning(house)
    export = await house.statements.export(0, house.clock() + 1)
    assert len(export.accepted) == 2
    assert export.refused == ()
    for fields in export.accepted:
        VALIDATOR.validate(fields)
    text = json.dumps(export.accepted, ensure_ascii=False)
    assert not any(name in text for name in ("Corbeau", author.id, author.device, code))
    assert len({fields["puid"] for fields in export.accepted}) == 2
    assert (await house.statements.export(0, NOON)).accepted == ()


async def decide_warning(house: House) -> None:
    """Warn whoever the only case is about."""
    case = await house.only_case()
    paul = await house.moderator("Paul")
    await house.decisions.decide(case.number, case.version, house.ruling(Measure.WARN), paul)


def _face(house: House, guest: Any) -> Any:
    from veillee.protocol.commands import Target

    return Target(u=house.members.face(guest, "cafe").u)


@pytest.mark.parametrize(
    "facts",
    ["Corbeau a insulté des gens.", "Écrit à a@b.example.", "Appelle le 06 12 34 56 78.", "Depuis 192.0.2.1."],
)
async def test_a_text_with_personal_data_is_not_exported(house: House, facts: str) -> None:
    """LAW.md §8.3 test 9: a pseudonym, an address or a number in the facts goes back to a person."""
    await house.reported()
    await decide(house, Measure.REMOVE, facts=facts)
    export = await house.statements.export(0, house.clock() + 1)
    assert export.accepted == ()
    ((_, held),) = export.refused
    assert list(held) == ["decision_facts"]
