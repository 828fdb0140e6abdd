"""Risk over a conversation: a belief is estimated from stages seen at turns; a policy decides what it means.

The two are apart on purpose: `assess` only updates what is believed, `decide` only says what to do about it, and every
finding cites the turns it rests on. Stages are signals of the packs (`stage_*`), none of them sexual.

Sources: luring stages by turn (SCoRL 2025, eSPD 2021) and ConvoKit's split of estimator and policy (SAFETY.md §3.8);
public warning signs of ambushes (SAFETY.md §0).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

from veillee.automod.signals import Found
from veillee.automod.state import OPENINGS_KEPT, TURNS_KEPT, Author, Conversation, Evidence, Opening, RiskState
from veillee.automod.verdicts import Finding
from veillee.model.verdict import Action, CardFor, Category, Facts, Kind

LURING = {
    "age_ask": 0.4, "alone_ask": 1.0, "parents": 1.1, "secrecy": 1.5, "mature": 1.4, "age_dismiss": 1.5,
    "contact_ask": 0.7, "where_ask": 0.5, "image_ask": 0.9, "gift": 0.9, "meeting": 0.9, "insist": 0.6, "haste": 0.2,
}  # fmt: skip
"""Weights of the stages by which somebody is drawn away (log-odds, set by hand and checked by the tests)."""
AMBUSH = {
    "meeting": 1.0, "isolated_place": 1.3, "haste": 0.9, "come_alone": 1.3, "secrecy": 1.3, "no_check": 1.0,
    "bring": 0.8,
}  # fmt: skip
"""Weights of the published warning signs of an ambush."""
ADULT = 18
CROWD = 0.8
"""Log-odds taken off in a room full of people: there, words are not all meant for the one who seems young."""
NEW_TURNS = 60
NEW_SECONDS = 3 * 86_400.0
OPENINGS_WINDOW_S = 600.0
REPEAT_WINDOW_S = 60.0


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed after this draft: probabilities, and the turns they rest on."""

    luring: float = 0.0
    luring_turns: tuple[Evidence, ...] = ()
    ambush: float = 0.0
    ambush_turns: tuple[Evidence, ...] = ()
    openings: int = 0
    same_openings: int = 0
    repeats: int = 0
    now: frozenset[str] = frozenset()


def stages(found: Found) -> frozenset[str]:
    """The stages that this draft shows, in whichever language. A stage is a signal of its own, not a composition."""
    shown = (name for name in found.base if "/stage_" in name)
    return frozenset(name.partition("/stage_")[2] for name in shown if found.holds(name))


def assess(facts: Facts, found: Found, state: RiskState) -> tuple[Belief, RiskState]:
    """The belief after this draft, and the state that carries it. Pseudonyms and titles carry no turn."""
    if facts.kind not in (Kind.MESSAGE, Kind.EDIT) or facts.conversation is None:
        return Belief(), state
    who = facts.author.id if facts.author else ""
    conversation = _turn(facts, found, state.conversation, who)
    author, openings, same, repeats = _traffic(facts, found, state)
    mine = [e for e in conversation.evidence if e.who == who]
    luring_turns = tuple(e for e in mine if e.stage in LURING)
    ambush_turns = tuple(e for e in mine if e.stage in AMBUSH)
    now = frozenset(e.stage for e in mine if e.turn == conversation.turns)
    belief = Belief(
        luring=_luring(facts, conversation, luring_turns, who),
        luring_turns=luring_turns,
        ambush=_ambush(facts, conversation, ambush_turns),
        ambush_turns=ambush_turns,
        openings=openings,
        same_openings=same,
        repeats=repeats,
        now=now,
    )
    return belief, RiskState(conversation, author, state.device)


def decide(belief: Belief) -> list[Finding]:
    """What to do about a belief. Only when this draft adds to it: nobody is stopped for what they said before."""
    findings = []
    if belief.now & LURING.keys() and belief.luring >= 0.6 and _turns(belief.luring_turns) >= 2:
        high = belief.luring >= 0.85
        findings.append(
            Finding(
                action=Action.HOLD if high else Action.CARD,
                category=Category.MINOR_SAFETY,
                rule="conversation.luring@1",
                card="young_help",
                case=high,
                risk=belief.luring,
                evidence=_cite(belief.luring_turns),
            )
        )
    meets = {e.stage for e in belief.ambush_turns} & {"meeting", "isolated_place", "come_alone"}
    if belief.now & AMBUSH.keys() and belief.ambush >= 0.6 and meets:
        high = belief.ambush >= 0.8
        findings.append(
            Finding(
                action=Action.HOLD if high else Action.CARD,
                category=Category.AMBUSH,
                rule="conversation.ambush@1",
                card="safe_meeting",
                case=high,
                risk=belief.ambush,
                evidence=_cite(belief.ambush_turns),
            )
        )
    if belief.same_openings >= 4 or belief.openings >= 12:
        findings.append(
            Finding(
                action=Action.HOLD if belief.same_openings >= 4 else Action.WARN,
                category=Category.SPAM,
                rule="conversation.many_first_messages@1",
                card_for=CardFor.AUTHOR,
                risk=0.7,
                evidence=(f"openings:{belief.openings}",),
                from_content=False,
            )
        )
    elif belief.repeats >= 4:
        findings.append(
            Finding(Action.WARN, Category.SPAM, "conversation.repetition@1", risk=0.4,
                    evidence=(f"repeats:{belief.repeats}",), from_content=False)
        )  # fmt: skip
    return findings


def _turn(facts: Facts, found: Found, before: Conversation, who: str) -> Conversation:
    """The conversation with this turn counted and its stages noted."""
    turn = before.turns + 1
    new = tuple(Evidence(stage, turn, facts.at, who) for stage in sorted(stages(found)))
    began = before.began if before.began is not None else facts.at
    return Conversation(turn, began, (before.evidence + new)[-TURNS_KEPT:], before.ages)


def _traffic(facts: Facts, found: Found, state: RiskState) -> tuple[Author, int, int, int]:
    """The author's first messages and repetitions: (author, conversations opened, with the same words, repeats)."""
    author, place = state.author, facts.conversation or ""
    if facts.author is None or facts.kind is not Kind.MESSAGE:
        return author, 0, 0, 0
    words = found.skeleton.words
    mark = Opening(place, facts.at, zlib.crc32(words.encode()))
    opened = [o for o in author.openings if 0 <= facts.at - o.at <= OPENINGS_WINDOW_S]
    first = all(o.conversation != place for o in author.openings)
    if first:
        opened.append(mark)
    recent = [o for o in author.recent if o.conversation == place and 0 <= facts.at - o.at <= REPEAT_WINDOW_S]
    repeats = 1 + sum(o.checksum == mark.checksum for o in recent) if len(words) > 6 else 0
    kept = Author(openings=tuple(opened[-OPENINGS_KEPT:]), recent=tuple([*recent, mark][-8:]))
    if not first:
        return kept, 0, 0, repeats
    same = len({o.conversation for o in opened if o.checksum == mark.checksum}) if len(words) > 20 else 0
    return kept, len({o.conversation for o in opened}), same, repeats


def _luring(facts: Facts, conversation: Conversation, turns: tuple[Evidence, ...], who: str) -> float:
    """How likely this author draws a young reader away. 0 where nothing says that the reader is young."""
    ages = dict(conversation.ages)
    readers = [r.age for r in facts.readers if r.age is not None]
    readers += [age for person, age in ages.items() if person != who]
    seen = {e.stage for e in turns}
    young = any(age < ADULT for age in readers)
    own = ages.get(who, facts.author.age if facts.author and facts.author.age is not None else None)
    if not young and not seen & {"mature", "age_dismiss", "parents"}:
        return 0.0
    if young and own is not None and own < ADULT and min(readers) > own - 4:
        score = -4.2  # young people among themselves
    else:
        score = -2.3 if young else -4.0
        if young and own is not None and own >= ADULT:
            score += 0.8 + min(1.0, (own - min(readers)) / 20)
    score += sum(LURING[stage] for stage in seen if stage in LURING) - CROWD * _crowded(facts)
    return _probability(score)


def _ambush(facts: Facts, conversation: Conversation, turns: tuple[Evidence, ...]) -> float:
    """How likely a meeting is a trap: warning signs, for people who hardly know each other."""
    if not turns:
        return 0.0
    seen = {e.stage for e in turns}
    known = conversation.turns > NEW_TURNS or facts.at - (conversation.began or facts.at) > NEW_SECONDS
    score = -3.0 - (1.5 if known else 0.0) - CROWD * _crowded(facts) + sum(AMBUSH[stage] for stage in seen)
    minutes = facts.author.minutes_since_entry if facts.author else None
    if minutes is not None and minutes < 30:
        score += 0.5
    return _probability(score)


def _crowded(facts: Facts) -> bool:
    return not facts.private and len(facts.readers) != 1


def _probability(score: float) -> float:
    return round(1.0 / (1.0 + math.exp(-score)), 3)


def _turns(evidence: tuple[Evidence, ...]) -> int:
    return len({e.turn for e in evidence})


def _cite(evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    """`stage@turn` for every turn that a finding rests on."""
    return tuple(dict.fromkeys(f"{e.stage}@{e.turn}" for e in evidence))
