"""Persona coherence: whether what somebody says of themselves fits what they, or their device, said before.

A conflict is told to staff and to nobody else: it refuses nothing, and no guest ever learns of it. A person who seems
to be a minor is protected, not punished. Ages are years; a declared age is never proof. Gender and place may differ
for many good reasons (a transition, a family, a library): they count only beside signs of luring or of an ambush.
"""

from __future__ import annotations

from dataclasses import replace

from veillee.automod import introductions
from veillee.automod.introductions import Introduction, age_in_name
from veillee.automod.signals import Found
from veillee.automod.state import (
    CLAIMS_KEPT,
    PEOPLE_KEPT,
    TOLD_KEPT,
    TURNS_KEPT,
    Claim,
    Device,
    Evidence,
    RiskState,
)  # fmt: skip
from veillee.automod.verdicts import Finding
from veillee.model.guest import ADULT
from veillee.model.verdict import Action, CardFor, Category, Facts, Kind

ACROSS = 2
"""Years between two ages on either side of 18 that are no birthday."""
GAP = 5
"""Years between two ages that are no rounding and no careless click."""
WIDE_GAP, ROUNDED_FROM = 8, 35
"""From this age on people round more."""
PUBLIC_MACHINE = 4
"""As many different people on one device make it a library's, not one person's."""
SLIP_SECONDS = 300.0
DANGER_SECONDS = 7 * 86_400.0
ANSWER_TURNS = 3
_GENDERS = {
    "f": "f", "w": "f", "femme": "f", "female": "f", "woman": "f", "fille": "f", "girl": "f",
    "m": "m", "h": "m", "homme": "m", "male": "m", "man": "m", "garcon": "m", "garçon": "m", "boy": "m",
}  # fmt: skip


def assess(facts: Facts, found: Found, state: RiskState, *, danger: bool = False) -> tuple[list[Finding], RiskState]:
    """Findings about the author's persona, and the state with what was declared and said.

    `danger`: this draft shows luring or an ambush, so that gender and place count from now on.
    """
    author = facts.author
    if author is None:
        return [], state
    words = found.skeleton.words
    findings: list[Finding] = []
    conversation, device = state.conversation, state.device
    said: Introduction | None = None
    if facts.kind is Kind.PSEUDONYM:
        if (age := age_in_name(words, facts.at)) is not None:
            said = Introduction(age=age)
            if age < ADULT:
                findings.append(_young_name(facts))
    else:
        said = introductions.read(words, facts.at, asked=_asked(facts, state))
    who = f"{author.id}/{author.pseudonym}" if author.pseudonym else author.id
    if said is not None and said.age is not None and facts.conversation is not None:
        others = tuple(pair for pair in conversation.ages if pair[0] != author.id)
        conversation = replace(conversation, ages=(*others, (author.id, said.age))[-PEOPLE_KEPT:])
        if said.age < ADULT:
            sign = Evidence("minor_revealed", conversation.turns, facts.at, author.id)
            conversation = replace(conversation, evidence=(*conversation.evidence, sign)[-TURNS_KEPT:])
    device = _listen(device, said, who, danger=danger, at=facts.at)
    claims = []
    gender = _GENDERS.get(author.gender.lower()) if author.gender else None
    if (author.age is not None or gender is not None) and not _declared(device, who, author.age, gender):
        claims.append(Claim(who, author.age, gender))
    if said is not None and (said.age is not None or said.gender is not None or said.place is not None):
        if said.age is not None and not said.meant:
            said = replace(said, age=None)
        claims.append(Claim(who, said.age, said.gender, True, said.place, conversation.turns, facts.at, said.slack))
    if not claims and not danger:
        if conversation is state.conversation and device is state.device:
            return findings, state
        return findings, RiskState(conversation, state.author, device)
    alarmed = danger or (device.danger_at is not None and 0 <= facts.at - device.danger_at <= DANGER_SECONDS)
    device, conflict = _weigh(device, claims, alarmed=alarmed, anew=danger, slip=said.slip if said else False)
    if conflict:
        span = found.skeleton.span(*said.span) if said is not None and said.span != (0, 0) else None
        findings.append(
            Finding(
                action=Action.ALLOW,
                category=Category.PERSONA_CONFLICT,
                rule="persona.conflict@2",
                spans=() if span is None else (span,),
                case=True,
                risk=0.6,
                evidence=conflict,
                from_content=False,
            )
        )
    if conversation is state.conversation and device is state.device:
        return findings, state
    return findings, RiskState(conversation, state.author, device)


def _young_name(facts: Facts) -> Finding:
    return Finding(
        action=Action.CARD,
        category=Category.MINOR_SAFETY,
        rule="persona.young_at_entry@1",
        spans=((0, len(facts.text)),),
        card="young_help",
        card_for=CardFor.AUTHOR,
        case=True,
        risk=0.7,
        evidence=("age_in_name",),
        from_content=False,
    )


def _asked(facts: Facts, state: RiskState) -> bool:
    """Whether somebody else asked for an age within the last turns."""
    own = facts.author.id if facts.author else ""
    since = state.conversation.turns - ANSWER_TURNS
    for e in reversed(state.conversation.evidence):
        if e.turn < since:
            return False
        if e.stage == "age_ask" and e.who != own:
            return True
    return False


def _listen(device: Device, said: Introduction | None, who: str, *, danger: bool, at: float) -> Device:
    """The device after what was said of it, and of statements before: taken back in jest, or shared."""
    if danger:
        device = replace(device, danger_at=at)
    if said is None:
        return device
    if said.shares and not device.shared:
        device = replace(device, shared=True)
    if said.took_back:
        kept = tuple(c for c in device.claims if not (c.said and c.who == who and 0 <= at - c.at <= SLIP_SECONDS))
        device = replace(device, claims=kept)
    if said.own_way:
        device = replace(device, claims=tuple(replace(c, gender=None) if c.who == who else c for c in device.claims))
    return device


def _weigh(
    device: Device, claims: list[Claim], *, alarmed: bool, anew: bool, slip: bool
) -> tuple[Device, tuple[str, ...]]:
    """The device with these claims, and both statements of a conflict, told once per pair of personas and kind.

    `alarmed`: gender and place count. `anew`: they do since this draft, so that older claims are compared again.
    """
    fresh = [claim for claim in claims if not _known(claim, device.claims)]
    if not fresh and not anew:
        return device, ()
    kept, told = list(device.claims), list(device.told)
    for claim in fresh:
        kept = [other for other in kept if not _corrects(claim, other, slip=slip)]
        kept.append(claim)
    people = {other.who for other in kept}
    apart = device.shared or len(people) >= PUBLIC_MACHINE
    conflict: tuple[str, ...] = ()
    for claim in kept if anew else fresh:
        for other in kept:
            if other is claim or (apart and other.who != claim.who):
                continue
            for kind in _conflicts(claim, other, alarmed=alarmed):
                mark = f"{kind}:{':'.join(sorted((claim.who, other.who)))}"
                if mark not in told:
                    told.append(mark)
                    pair = [c for c in kept if c is claim or c is other]  # as they were made
                    conflict = conflict or (f"conflict:{kind}", *(_statement(c, kind) for c in pair))
    changed = replace(device, claims=tuple(kept[-CLAIMS_KEPT:]), told=tuple(told[-TOLD_KEPT:]))
    return (device if changed == device else changed), conflict


def _declared(device: Device, who: str, age: int | None, gender: str | None) -> bool:
    for claim in device.claims:
        if claim.who == who and not claim.said and claim.age == age and claim.gender == gender:
            return True
    return False


def _known(claim: Claim, claims: tuple[Claim, ...]) -> bool:
    """Whether the same was declared or said before by the same person."""
    return any(
        c.who == claim.who and c.said == claim.said and c.age == claim.age and c.gender == claim.gender
        and c.place == claim.place
        for c in claims
    )  # fmt: skip


def _corrects(claim: Claim, other: Claim, *, slip: bool) -> bool:
    """Whether a new age takes the place of one said a moment ago: `12`, `pardon, 21`."""
    if not (claim.said and other.said and claim.who == other.who) or claim.age is None or other.age is None:
        return False
    if not 0 <= claim.at - other.at <= SLIP_SECONDS:
        return False
    swapped = f"{claim.age:02d}"[::-1] == f"{other.age:02d}"
    return slip or swapped


def _conflicts(one: Claim, other: Claim, *, alarmed: bool) -> list[str]:
    """`age`, `gender` or `place` where two claims cannot both be true, as far as they count."""
    found = []
    if one.age is not None and other.age is not None:
        low, high = sorted((one.age, other.age))
        gap = high - low - one.slack - other.slack
        if (low < ADULT <= high and gap >= ACROSS) or gap >= (WIDE_GAP if low >= ROUNDED_FROM else GAP):
            found.append("age")
    if alarmed and one.gender is not None and other.gender is not None and one.gender != other.gender:
        found.append("gender")
    if alarmed and one.said and other.said and one.place and other.place and one.place != other.place:
        found.append("place")
    return found


def _statement(claim: Claim, kind: str) -> str:
    """One of the two introductions, as staff read it: what, how, by which pseudonym, at which turn."""
    value = {"age": claim.age, "gender": claim.gender, "place": claim.place}[kind]
    how = f"said@{claim.turn}" if claim.said else "declared"
    return f"{kind}:{value}:{how}:{claim.who.partition('/')[2] or claim.who}"
