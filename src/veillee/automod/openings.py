"""Traffic of one author and one device: first messages to many people, and the same line again and again.

No text is kept: first messages are checksums, taken without digits and without the reader's pseudonym, so that a
greeting by name is the same greeting.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from veillee.automod.normalise import Skeleton
from veillee.automod.state import OPENINGS_KEPT, RECENT_KEPT, Author, Device, Opening, RiskState
from veillee.automod.verdicts import Finding
from veillee.automod.weights import Openings
from veillee.model.guest import ADULT
from veillee.model.verdict import Action, CardFor, Category, Facts, Kind

REPEAT_WINDOW_S = 60.0
_SAYSNOTHING = 20
"""Characters up to which the same first words say nothing: everybody writes `salut ça va ?`."""
_SHORT = 6
_STRIP = str.maketrans("", "", "0123456789")


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is counted once this draft is: conversations opened lately, with the same words, with young people, and how
    often this line stood here within a minute. All 0 where the draft opens and repeats nothing."""

    openings: int = 0
    same: int = 0
    young: int = 0
    repeats: int = 0


NOTHING = Traffic()
"""What is counted of a draft that opens and repeats nothing."""


def assess(
    facts: Facts, words: str, state: RiskState, weights: Openings, *, known: bool = False
) -> tuple[Traffic, Author, Device]:
    """The traffic after this draft, and the author and device that carry it. `words` is the view of that name;
    `known` says that the author has spoken here before."""
    author, device, place = state.author, state.device, facts.conversation or ""
    who = facts.author
    if who is None or facts.kind is not Kind.MESSAGE:
        return NOTHING, author, device
    checksum = zlib.crc32(words.encode())
    mark = Opening(place, facts.at, checksum)
    recent, repeats = [], 1
    for other in author.recent:
        if other.conversation == place and 0 <= facts.at - other.at <= REPEAT_WINDOW_S:
            recent.append(other)
            repeats += other.checksum == checksum
    recent.append(mark)
    if len(words) <= _SHORT:
        repeats = 0
    if known or any(o.conversation == place for o in author.openings):
        traffic = NOTHING if repeats < weights.repeat_warn else Traffic(repeats=repeats)
        return traffic, Author(author.openings, tuple(recent[-RECENT_KEPT:])), device
    mark = Opening(place, facts.at, zlib.crc32(_greeting(words, facts).encode()), _reaches_young(facts))
    mine = (*author.openings, mark)[-OPENINGS_KEPT:]
    if who.device:
        device = replace(device, openings=(*device.openings, mark)[-OPENINGS_KEPT:])
    burst, same, young = set(), set(), set()
    for o in (*mine, *device.openings) if who.device else mine:
        if 0 <= (age := facts.at - o.at) <= weights.window_s:
            if age <= weights.burst_s:
                burst.add(o.conversation)
            if o.checksum == mark.checksum:
                same.add(o.conversation)
            if o.young:
                young.add(o.conversation)
    traffic = Traffic(
        openings=len(burst),
        same=len(same) if len(words) > _SAYSNOTHING else 0,
        young=len(young) if mark.young else 0,
        repeats=repeats,
    )
    return traffic, Author(mine, tuple(recent[-RECENT_KEPT:])), device


def decide(traffic: Traffic, weights: Openings) -> list[Finding]:
    """What to do about it: nothing here rests on what the messages say."""
    if traffic.same >= weights.same_hold or traffic.openings >= weights.many_warn:
        hold = traffic.same >= weights.same_hold
        return [
            Finding(
                action=Action.HOLD if hold else Action.WARN,
                category=Category.SPAM,
                rule=weights.rule,
                card_for=CardFor.AUTHOR,
                risk=0.7,
                evidence=(f"openings:{traffic.openings}", f"same_words:{traffic.same}"),
                from_content=False,
            )
        ]
    if traffic.young >= weights.young_card:
        return [
            Finding(
                action=Action.CARD,
                category=Category.MINOR_SAFETY,
                rule=weights.rule,
                card="young_help",
                case=True,
                risk=0.6,
                evidence=(f"openings_to_young:{traffic.young}",),
                from_content=False,
            )
        ]
    if traffic.repeats >= weights.repeat_warn:
        return [
            Finding(Action.WARN, Category.SPAM, "conversation.repetition@1", risk=0.4,
                    evidence=(f"repeats:{traffic.repeats}",), from_content=False)
        ]  # fmt: skip
    return []


def _greeting(words: str, facts: Facts) -> str:
    """The words without digits and without the names of whoever reads them."""
    out = words.translate(_STRIP)
    if len(facts.readers) == 1 and facts.readers[0].pseudonym:
        for name in Skeleton(facts.readers[0].pseudonym, split_names=True).words.translate(_STRIP).split():
            out = out.replace(f" {name} ", " ")
    return out


def _reaches_young(facts: Facts) -> bool:
    own = facts.author.age if facts.author is not None else None
    ages = [reader.age for reader in facts.readers]
    return own is not None and own >= ADULT and len(ages) == 1 and ages[0] is not None and ages[0] < ADULT
