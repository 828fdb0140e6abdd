"""Risk over a conversation: a belief is estimated from stages seen at turns; a policy decides what it means.

The two are apart on purpose: `assess` only updates what is believed, `decide` only says what to do about it, and every
finding cites the turns it rests on. Stages are signals of the packs (`stage_*`), none of them sexual; what they weigh
stands in the pack `any/conversation.yaml`. Stages count from one person to another: in a conversation of two, or in a
room from the author to whoever they name or answer.

Sources: luring stages by turn (SCoRL 2025, eSPD 2021) and ConvoKit's split of estimator and policy (SAFETY.md §3.8);
public warning signs of ambushes (SAFETY.md §0); a short conversation that is mostly stages weighs more, not less
(SAFETY.md §3.7).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace

from veillee.automod import openings
from veillee.automod.openings import Traffic
from veillee.automod.signals import Found
from veillee.automod.state import TURNS_KEPT, VOICES_KEPT, Conversation, Evidence, RiskState, Voice
from veillee.automod.verdicts import Finding
from veillee.automod.weights import Theme, Weights
from veillee.model.guest import ADULT
from veillee.model.verdict import Action, CardFor, Category, Facts, Kind

PEERS_YEARS = 3
WIDE_GAP_YEARS = 10
KNOWN_TURNS = 80
KNOWN_SECONDS = 3 * 86_400.0
NEWCOMER_MINUTES = 30.0
RECENT_TURNS = 6
"""Turns back to which a refusal answers an ask, and to which a room's line answers somebody."""
_MARKED = "/stage_"
_RETOLD = "/stage_retold"


@dataclass(frozen=True, slots=True)
class Story:
    """What is believed of one theme: how likely, the turns it rests on, and whether this draft added to it."""

    theme: Theme
    probability: float
    turns: tuple[Evidence, ...] = ()
    grew: bool = False


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed after this draft. `asked` counts asks after a refusal, with the turns of both."""

    stories: tuple[Story, ...] = ()
    asked: int = 0
    asked_turns: tuple[Evidence, ...] = ()
    traffic: Traffic = openings.NOTHING

    def danger(self) -> bool:
        """Whether luring or an ambush is more likely than not: then gender and place count too (persona)."""
        return any(
            story.probability >= story.theme.card_at
            and story.theme.category in (Category.MINOR_SAFETY, Category.AMBUSH)
            and _told(story.turns)
            for story in self.stories
        )


NOTHING = Belief()
"""What is believed of a draft that shows nothing."""


def stages(found: Found) -> frozenset[str]:
    """The stages that this draft shows, in whichever language, but for what it tells of others (`stage_retold`).

    A stage is a signal of its own, not a composition.
    """
    shown = [name for name in found.base if _MARKED in name]
    if not shown:
        return frozenset()
    told = [name for name in found.base if name.endswith(_RETOLD)]
    if not told:
        return frozenset(name.partition(_MARKED)[2] for name in shown if found.holds(name))
    marks = [start for other in told for start, _ in found.spans(other)]
    return frozenset(
        name.partition(_MARKED)[2]
        for name in shown
        if not name.endswith(_RETOLD) and any(not _retold(found.text, span, marks) for span in found.spans(name))
    )


def _retold(text: str, span: tuple[int, int], marks: list[int]) -> bool:
    """Whether a sentence's words before the span say that it tells of somebody else."""
    return any(start < span[1] - 1 and " . " not in text[start : span[0] + 1] for start in marks)


def assess(facts: Facts, found: Found, state: RiskState, weights: Weights) -> tuple[Belief, RiskState]:
    """The belief after this draft, and the state that carries it. Pseudonyms and titles carry no turn."""
    if facts.kind not in (Kind.MESSAGE, Kind.EDIT) or facts.conversation is None:
        return NOTHING, state
    words = found.skeleton.words
    shown = stages(found)
    who = facts.author.id if facts.author else ""
    known = False
    for voice in state.conversation.voices:
        if voice.who == who:
            known = True
            break
    traffic, author, device = openings.assess(facts, words, state, weights.openings, known=known)
    conversation, to = _turn(facts, words, state.conversation, who, shown, weights)
    after = RiskState(conversation, author, device)
    if not shown:
        return (NOTHING if traffic is openings.NOTHING else Belief(traffic=traffic)), after
    pair = [e for e in conversation.evidence if _between(e, who, to)]
    belief = Belief(
        stories=tuple(_story(theme, facts, conversation, pair, who, to, weights) for theme in weights.themes),
        traffic=traffic,
    )
    asked, turns = _asked(pair, who, conversation.turns, weights)
    return replace(belief, asked=asked, asked_turns=turns), after


def decide(belief: Belief, weights: Weights) -> list[Finding]:
    """What to do about a belief. Only when this draft adds to it: nobody is stopped for what they said before."""
    findings = openings.decide(belief.traffic, weights.openings)
    for story in belief.stories:
        theme = story.theme
        if not story.grew or not _told(story.turns):
            continue
        if story.probability >= theme.hold_at:
            action = Action.HOLD
        elif story.probability >= theme.card_at:
            action = Action.CARD
        elif story.probability >= theme.warn_at:
            action = Action.WARN
        else:
            continue
        findings.append(
            Finding(
                action=action,
                category=theme.category,
                rule=theme.rule,
                card=theme.card if theme.card_at <= 1.0 else None,
                case=action is Action.HOLD,
                risk=story.probability,
                evidence=_cite(story.turns),
            )
        )
    policy = weights.persistence
    if belief.asked >= policy.warn_at:
        hold, card = belief.asked >= policy.hold_at, belief.asked >= policy.card_at
        findings.append(
            Finding(
                action=Action.HOLD if hold else Action.CARD if card else Action.WARN,
                category=Category.HARASSMENT,
                rule=policy.rule,
                card="aggression_help" if card else None,
                card_for=CardFor.READER,
                case=hold,
                risk=min(0.9, 0.3 + 0.2 * belief.asked),
                evidence=_cite(belief.asked_turns),
            )
        )
    return findings


def _turn(
    facts: Facts, words: str, before: Conversation, who: str, shown: frozenset[str], weights: Weights
) -> tuple[Conversation, str]:
    """The conversation with this turn counted and its stages noted, and to whom it was said ("" for all)."""
    turn = before.turns + 1
    last = before.voices[-1] if before.voices else None
    mine, others = None, []
    for voice in before.voices:
        if voice.who == who:
            mine = voice
        else:
            others.append(voice)
    to = _addressed(facts, words, others, turn)
    derived = set(shown)
    if "no" in shown and last is not None and last.who != who:
        for e in before.evidence[-TURNS_KEPT:]:
            if e.turn == last.last and e.who == last.who and e.stage in weights.a_no_means:
                derived.add(weights.a_no_means[e.stage])
    kept = before.evidence
    if kept and (facts.at - kept[0].at > weights.seconds or turn - kept[0].turn > weights.turns):
        kept = tuple(e for e in kept if facts.at - e.at <= weights.seconds and turn - e.turn <= weights.turns)
    if derived:
        kept = (kept + tuple(Evidence(stage, turn, facts.at, who, to) for stage in sorted(derived)))[-TURNS_KEPT:]
    raising = 1 if derived and any(stage in theme.raising for theme in weights.themes for stage in derived) else 0
    age = facts.author.age if facts.author else None
    if mine is None:
        name = zlib.crc32(facts.author.pseudonym.lower().encode()) if facts.author and facts.author.pseudonym else 0
        mine = Voice(who, 1, raising, turn, age, name)
    else:
        mine = Voice(who, mine.turns + 1, mine.staged + raising, turn, age, mine.name)
    began = before.began if before.began is not None else facts.at
    return Conversation(turn, began, kept, before.ages, (*others, mine)[-VOICES_KEPT:]), to


def _addressed(facts: Facts, words: str, others: list[Voice], turn: int) -> str:
    """Whom the author speaks to: the only reader, else whoever is named first or last, else whoever just spoke."""
    if len(facts.readers) == 1:
        return facts.readers[0].id
    if not others:
        return ""
    if len(others) > 1 or facts.readers:
        pieces = words.split()
        ends = {zlib.crc32(piece.encode()) for piece in (*pieces[:2], *pieces[-2:])}
        for voice in others:
            if voice.name in ends:
                return voice.who
    newest = others[-1]
    return newest.who if turn - newest.last <= RECENT_TURNS else ""


def _between(e: Evidence, who: str, to: str) -> bool:
    """Whether a stage was shown by one of these two to the other, or to nobody named."""
    if e.who == who:
        return e.to in (to, "") or not to
    return bool(to) and e.who == to and e.to in (who, "")


def _story(
    theme: Theme,
    facts: Facts,
    conversation: Conversation,
    pair: list[Evidence],
    who: str,
    to: str,
    weights: Weights,
) -> Story:
    """How likely this author lives this story with this reader."""
    raising = theme.raising
    strength: dict[str, float] = {}
    told = []
    for e in pair:
        if e.stage in theme.weights and (e.who == who or e.stage in theme.from_both):
            fresh = 0.5 ** (max(0.0, facts.at - e.at) / weights.half_life_s)
            strength[e.stage] = max(strength.get(e.stage, 0.0), fresh)
            if e.stage in raising:
                told.append(e)
    grew = any(e.turn == conversation.turns for e in told)
    seen = strength.keys()
    if not told or len(theme.signs & seen) < theme.least or any(not group & seen for group in theme.needs):
        return Story(theme, 0.0, tuple(told), grew)
    context = _context(theme, facts, conversation, seen, who, to)
    if context is None:
        return Story(theme, 0.0, tuple(told), grew)
    score = theme.prior + context
    score += sum(theme.weights[stage] * fresh for stage, fresh in strength.items())
    score += sum(weight for stages, weight in theme.together if stages <= seen)
    staged = len({e.turn for e in told if e.who == who})
    spoken = next((voice.turns for voice in conversation.voices if voice.who == who), staged)
    if staged >= weights.dense_turns and staged >= weights.dense_share * spoken:
        score += weights.dense
    elif spoken >= weights.sparse_turns and staged < weights.sparse_share * spoken:
        score += weights.sparse
    if not facts.private and len(facts.readers) != 1 and len(conversation.voices) > 2:
        score += weights.crowd
    return Story(theme, round(1.0 / (1.0 + math.exp(-score)), 3), tuple(told), grew)


def _context(theme: Theme, facts: Facts, conversation: Conversation, seen: object, who: str, to: str) -> float | None:
    """What is known of the two people, weighed; None where the theme cannot be about them."""
    weigh = theme.context
    score = 0.0
    if "young_reader" in weigh:
        own, readers = _ages(facts, conversation, who, to)
        young = [age for age in readers if age < ADULT]
        tells = {"mature", "age_dismiss", "parents"} & set(seen)  # type: ignore[call-overload]
        if not young and (not tells or (readers and not young)):
            return None
        if young:
            score += weigh["young_reader"]
            if own is not None and own < ADULT and abs(own - min(young)) <= PEERS_YEARS:
                score += weigh.get("peers", 0.0)
            elif own is not None and own >= ADULT:
                score += weigh.get("adult_author", 0.0)
                if own - min(young) >= WIDE_GAP_YEARS:
                    score += weigh.get("wide_gap", 0.0)
    minutes = facts.author.minutes_since_entry if facts.author else None
    if minutes is not None and minutes < NEWCOMER_MINUTES:
        score += weigh.get("newcomer", 0.0)
    began = conversation.began if conversation.began is not None else facts.at
    if conversation.turns > KNOWN_TURNS or facts.at - began > KNOWN_SECONDS:
        score += weigh.get("known", 0.0)
    return score


def _ages(facts: Facts, conversation: Conversation, who: str, to: str) -> tuple[int | None, list[int]]:
    """The author's age and the readers', as said in the conversation, else as declared."""
    said = dict(conversation.ages)
    declared = facts.author.age if facts.author else None
    own = said.get(who, declared)
    if to:
        ages = [said.get(to)]
        ages += [reader.age for reader in facts.readers if reader.id == to]
        ages += [voice.age for voice in conversation.voices if voice.who == to]
        known = [age for age in ages if age is not None]
        return own, known[:1] if said.get(to) is not None else known
    readers = [reader.age for reader in facts.readers if reader.age is not None]
    return own, readers + [age for person, age in said.items() if person != who]


def _asked(pair: list[Evidence], who: str, turn: int, weights: Weights) -> tuple[int, tuple[Evidence, ...]]:
    """How often the author asked again after a refusal, counting this turn only if it asks, with the turns of it."""
    asks = weights.persistence.asks
    if not any(e.turn == turn and e.who == who and e.stage in asks for e in pair):
        return 0, ()
    asked: dict[int, set[str]] = {}
    wanted: set[str] = set()
    refusal, firm, again = 0, False, set()
    cited: list[Evidence] = []
    for e in pair:
        if e.who == who and e.stage in asks:
            asked.setdefault(e.turn, set()).add(e.stage)
            near = e.turn - refusal <= RECENT_TURNS
            if refusal and e.turn > refusal and (e.stage in wanted or (near and (firm or e.stage == "insist"))):
                again.add(e.turn)
                cited.append(e)
        elif e.who != who and e.stage in ("refuse", "refuse_firm"):
            before = {stage for at, names in asked.items() if 0 < e.turn - at <= RECENT_TURNS for stage in names}
            if before or e.stage == "refuse_firm":
                wanted |= before
                firm |= e.stage == "refuse_firm"
                if not refusal or e.turn > refusal:
                    cited.append(e)
                refusal = e.turn
    if turn not in again:
        return 0, ()
    return len(again), tuple(cited)


def _told(turns: tuple[Evidence, ...]) -> bool:
    """Whether a story rests on enough: two turns, or one that holds two stages."""
    return len(turns) >= 2


def _cite(evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    """`stage@turn` for every turn that a finding rests on."""
    return tuple(dict.fromkeys(f"{e.stage}@{e.turn}" for e in evidence))
