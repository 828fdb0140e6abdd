"""The decision panel as data: what was posted, as a ruling; and a ruling, as the person will read it."""

from __future__ import annotations

from typing import Any

from veillee.model.casefile import Case, Decision, Ground, Measure, Ruling
from veillee.model.clock import DAY, HOUR, MINUTE
from veillee.model.terms import Terms
from veillee.model.verdict import Category
from veillee.moderation.decisions import check
from veillee.moderation.statements import fields
from veillee.web.console.door import Visit
from veillee.web.reasons import Reading, reading

SPANS = {
    "10m": 10 * MINUTE, "1h": HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY,
}  # fmt: skip
"""How long a sanction may last from the console; longer ones need a second person, who is not built yet."""
LASTING = (Measure.MUTE, Measure.ROOM_BAN, Measure.SERVICE_BAN)


def posted(visit: Visit, now: int) -> Ruling:
    """The ruling of a posted panel; what it lacks is refused later, by `decisions.check`, with the field's name."""
    measure = _one(Measure, visit.text("measure", 20)) or Measure.HOLD  # a hold is refused with `measure`
    span = SPANS.get(visit.text("span", 4))
    ground = _one(Ground, visit.text("ground", 10))
    acts = measure is not Measure.NO_ACTION
    return Ruling(
        measure=measure,
        facts=visit.text("facts", 6_000).replace("\r\n", "\n"),
        ground=ground if acts else None,
        rule=(visit.text("rule", 40) or None) if acts else None,
        law=(visit.text("law", 600) or None) if acts and ground is Ground.ILLEGAL else None,
        ends_at=now + span if measure in LASTING and span else None,
        remove=bool(visit.text("remove", 4)) and acts and measure is not Measure.REMOVE,
        explanation=visit.text("explanation", 3_000).replace("\r\n", "\n"),
        category=_one(Category, visit.text("category", 40)) if acts else None,
    )


def preview(ruling: Ruling, case: Case, terms: Terms, now: int, text: str | None) -> Reading:
    """What the person would read. Raises `bad_request` with the field that is wrong, as deciding would."""
    checked = check(ruling, case, terms, now)
    decision = Decision(
        "preview", case.number, now, "preview", checked.measure, checked.remove, checked.ends_at, checked.ground,
        checked.rule, checked.law, checked.facts, checked.explanation, checked.category,
    )  # fmt: skip
    rule = None if checked.rule is None else terms.rule(checked.rule)
    language = "en" if case.subject.language.startswith("en") else "fr"
    return reading(
        decision,
        fields(case, decision, terms, "preview", now),
        rule_number=None if rule is None else rule.number,
        rule_title=None if rule is None else rule.title[language],
        text=text,
        room=case.subject.room,
    )


def _one(kind: Any, value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        return None
