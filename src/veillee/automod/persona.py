"""Persona coherence: whether what somebody says of themselves fits what they, or their device, said before.

A conflict is told to staff and to nobody else: it refuses nothing, and no guest ever learns of it. A person who seems
to be a minor is protected, not punished. Ages are years; a declared age is never proof.
"""

from __future__ import annotations

import re
from dataclasses import replace

from veillee.automod.signals import Found
from veillee.automod.state import CLAIMS_KEPT, PEOPLE_KEPT, Claim, Device, RiskState
from veillee.automod.verdicts import Finding
from veillee.model.verdict import Action, CardFor, Category, Facts, Kind

ADULT = 18
YOUNGEST, OLDEST = 8, 99
AGE_GAP = 5
"""Years between two personas of one device that are no rounding, no birthday and no careless click."""

_NAME_AGE = re.compile(r"(?<!\d)(\d{1,2}) ?(?:ans?|yo|y o|yrs?|years?(?: old)?|a[nñ]os)(?![a-z])")
_SAID_AGE = re.compile(
    r" (?:(?:j ai|jai|g|moi|i am|i m|im) (?:juste |seulement |only |just )?(\d{1,2}) ?"
    r"(?:ans|an|yo|yrs?|years? old|y o)(?! (?:d |de |dans|que|qu|plus|of|in)) "
    r"|(?:i am|i m|im) (?:only |just )?(\d{1,2})(?= (?:[.?] )*$))"
)
_BARE_AGE = re.compile(
    r"^ (?:euh |ben |bah |moi |well )?(\d{1,2}) (?:ans? )?"
    r"(?:[.?] |et (?:toi|vous) |and you |u |you |wbu |hbu |toi |f |m |h )*$"
)
_I_AM = r" (?:je suis|j suis|chuis|moi c est|i am|i m|im) "
_SAID_GENDER = (
    ("f", re.compile(_I_AM + r"(?:une|a) (?:\w+ )?(?:fille|femme|meuf|nana|girl|woman) ")),
    ("m", re.compile(_I_AM + r"(?:un|a) (?:\w+ )?(?:garcon|homme|mec|gars|keum|boy|man|guy) ")),
)
_GENDERS = {
    "f": "f", "w": "f", "femme": "f", "female": "f", "woman": "f", "fille": "f",
    "m": "m", "h": "m", "homme": "m", "male": "m", "man": "m", "garcon": "m", "garçon": "m",
}  # fmt: skip


def age_in_name(words: str) -> int | None:
    """The age a pseudonym tells (`Ines15ans`), or None: a number alone (`Julie13`) is not an age."""
    found = _NAME_AGE.search(words)
    age = int(found[1]) if found else 0
    return age if YOUNGEST <= age <= OLDEST else None


def age_said(words: str) -> int | None:
    """The age somebody says to have (`j'ai 15 ans`), or None."""
    found = _SAID_AGE.search(words)
    age = int(found[1] or found[2]) if found else 0
    return age if YOUNGEST <= age <= OLDEST else None


def gender_said(words: str) -> str | None:
    """`f` or `m` where somebody says so plainly, else None."""
    said = [gender for gender, pattern in _SAID_GENDER if pattern.search(words)]
    return said[0] if len(said) == 1 else None


def _age_answered(facts: Facts, state: RiskState, words: str) -> int | None:
    """The age in a bare number, where somebody else asked for it within the last three turns."""
    conversation, author = state.conversation, facts.author
    found = _BARE_AGE.match(words)
    if found is None:
        return None
    asked = any(
        e.stage == "age_ask" and author is not None and e.who != author.id and e.turn >= conversation.turns - 3
        for e in conversation.evidence
    )
    age = int(found[1]) if asked else 0
    return age if YOUNGEST <= age <= OLDEST else None


def assess(facts: Facts, found: Found, state: RiskState) -> tuple[list[Finding], RiskState]:
    """Findings about the author's persona, and the state with what was declared and said."""
    author = facts.author
    if author is None:
        return [], state
    words = found.skeleton.words
    naming = facts.kind is Kind.PSEUDONYM
    age = age_in_name(words) if naming else age_said(words)
    if age is None and not naming:
        age = _age_answered(facts, state, words)
    gender = None if naming else gender_said(words)
    findings = []
    if age is not None and age < ADULT and naming:
        findings.append(
            Finding(
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
        )
    conversation = state.conversation
    if age is not None and facts.conversation is not None:
        others = tuple(pair for pair in conversation.ages if pair[0] != author.id)
        conversation = replace(conversation, ages=(*others, (author.id, age))[-PEOPLE_KEPT:])
    who = f"{author.id}/{author.pseudonym}" if author.pseudonym else author.id
    claims = [Claim(who, author.age, _GENDERS.get((author.gender or "").lower()))]
    if age is not None or gender is not None:
        claims.append(Claim(who, age, gender, said=True))
    device, conflict = _weigh(state.device, claims)
    if conflict is not None:
        findings.append(
            Finding(
                action=Action.ALLOW,
                category=Category.PERSONA_CONFLICT,
                rule="persona.conflict@1",
                case=True,
                risk=0.6,
                evidence=(conflict,),
                from_content=False,
            )
        )
    return findings, RiskState(conversation, state.author, device)


def _weigh(device: Device, claims: list[Claim]) -> tuple[Device, str | None]:
    """The device with these claims, and what conflicts, told once per pair of personas and kind."""
    if all(claim in device.claims or (claim.age is None and claim.gender is None) for claim in claims):
        return device, None  # nothing that was not weighed before
    kept, told, conflict = list(device.claims), list(device.told), None
    for claim in claims:
        if claim.age is None and claim.gender is None:
            continue
        for other in kept:
            for kind in _conflicts(claim, other):
                mark = f"{kind}:{':'.join(sorted((claim.who, other.who)))}"
                if mark not in told:
                    told.append(mark)
                    conflict = conflict or kind
        if claim not in kept:
            kept.append(claim)
    return Device(tuple(kept[-CLAIMS_KEPT:]), tuple(told[-2 * CLAIMS_KEPT :])), conflict


def _conflicts(one: Claim, other: Claim) -> list[str]:
    """`age` or `gender` where two claims cannot both be true."""
    found = []
    if one.age is not None and other.age is not None and abs(one.age - other.age) >= AGE_GAP:
        found.append("age")
    if one.gender is not None and other.gender is not None and one.gender != other.gender:
        found.append("gender")
    return found
