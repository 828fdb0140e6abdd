"""From findings to one verdict: the gravest action wins, everything found is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from veillee.model.verdict import Action, CardFor, Category, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule, or the look at the conversation, says. Spans are offsets into the original text."""

    action: Action
    category: Category
    rule: str
    spans: tuple[tuple[int, int], ...] = ()
    card: str | None = None
    card_for: CardFor = CardFor.READER
    case: bool = False
    risk: float = 0.5
    second_look: bool = False
    evidence: tuple[str, ...] = ()
    """What it rests on beside spans: `stage@turn` of a conversation."""
    also: tuple[Category, ...] = ()
    from_content: bool = True
    """False for what follows from declared facts and metadata alone: staff may see that in private too."""


_PRIVATE_CARDS = {
    Category.MINOR_SAFETY: "young_help",
    Category.AMBUSH: "safe_meeting",
    Category.SEXUAL_EXPLOITATION: "aggression_help",
    Category.SEXUAL_VIOLENCE: "aggression_help",
    Category.SEXUAL_CONTENT: "aggression_help",
    Category.HATE: "aggression_help",
    Category.HARASSMENT: "aggression_help",
    Category.VIOLENCE: "aggression_help",
    Category.EXTORTION: "crisis_help",
    Category.PRIVACY: "privacy_safety",
    Category.MONEY_LAUNDERING: "money_safety",
    Category.SCAM: "money_safety",
}
"""What the reader gets to read first, in private, where the rule names no card of its own."""


def compose(findings: Iterable[Finding], *, private: bool, length: int) -> Verdict:
    """One verdict of at least one finding.

    In a private conversation nothing is blocked or shown to staff for its content: the gravest is `hold`, until the
    reader has read a card (DESIGN.md, Decided; LAW.md §4.3, M2).
    """
    ordered = sorted(findings, key=lambda f: (-f.action.gravity, f.rule))
    gravest = ordered[0].action
    card = next(((f.card, f.card_for) for f in ordered if f.card), None)
    case = any(f.case and (not private or not f.from_content) for f in ordered)
    if private and gravest in (Action.HOLD, Action.BLOCK):
        gravest = Action.HOLD
        card = card or (_PRIVATE_CARDS.get(ordered[0].category, "other"), CardFor.READER)
    calm = 1.0
    for finding in ordered:
        calm *= 1.0 - min(max(finding.risk, 0.0), 1.0)
    return Verdict(
        action=gravest,
        categories=tuple(dict.fromkeys(c for f in ordered for c in (f.category, *f.also))),
        rules=tuple(dict.fromkeys(f.rule for f in ordered)),
        spans=_merged((span for f in ordered for span in f.spans), length),
        card=card[0] if card else None,
        card_for=card[1] if card else CardFor.READER,
        case=case,
        risk=round(1.0 - calm, 3),
        second_look=any(f.second_look for f in ordered),
        signals=tuple(dict.fromkeys(mark for f in ordered for mark in f.evidence)),
    )


def _merged(spans: Iterable[tuple[int, int]], length: int) -> tuple[tuple[int, int], ...]:
    """Spans in order, overlapping ones joined, inside the text."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        start, end = max(0, start), min(end, length)
        if start >= end:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)
