"""A statement of reasons as a page shows it: to the person it restricts, and beforehand to whoever is deciding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veillee.model.casefile import Decision


@dataclass(frozen=True, slots=True)
class Reading:
    """What templates/statement/reading.html draws. `text` is the person's own message; `ends_at` in Unix ms."""

    measure: str
    removes: bool
    ends_at: int | None
    rule_number: int | None
    rule_title: str | None
    law: str | None
    facts: str
    explanation: str
    automatic: bool
    text: str | None
    room: str | None


def reading(
    decision: Decision,
    told: Mapping[str, Any],
    *,
    rule_number: int | None,
    rule_title: str | None,
    text: str | None,
    room: str | None,
) -> Reading:
    """A decision with its statement's fields (those of the EU database)."""
    return Reading(
        measure=decision.measure.value,
        removes=decision.removes,
        ends_at=decision.ends_at,
        rule_number=rule_number,
        rule_title=rule_title,
        law=decision.law,
        facts=str(told["decision_facts"]),
        explanation=str(told.get("illegal_content_explanation") or told.get("incompatible_content_explanation") or ""),
        automatic=decision.automatic,
        text=text,
        room=room,
    )
