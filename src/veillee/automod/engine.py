"""One draft in, one verdict out. Pure and bounded: the caller owns clock, deadline and what a failure means.

Stages, with the deadline checked between them: skeleton → signals → conditions of the rules that woke → what the
conversation adds (risk, persona) → verdict. The gravest action wins; categories, rules and spans are all told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from veillee.automod import minors, persona, risk
from veillee.automod.needs import masks
from veillee.automod.normalise import Skeleton
from veillee.automod.ruleset import Rule, Ruleset
from veillee.automod.signals import Found
from veillee.automod.state import RiskState
from veillee.automod.verdicts import Finding, compose
from veillee.model.verdict import ALLOWED, Facts, Kind, Persona, Verdict

LONGEST = 20_000
"""Characters judged at most: a door lets far fewer through, and nobody may hide the rest behind a long start."""
NEWCOMER_MINUTES = 10.0


class DeadlineExceeded(TimeoutError):
    """The budget ran out between two stages: there is no verdict, and the caller's policy decides."""


class Engine:
    """Judges drafts with one ruleset. Holds no state of its own: safe to share, replaced as a whole."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        bits = ruleset.matcher.bits
        self._masks = [masks(rule.needs, bits) for rule in ruleset.rules]
        self._about = {
            kind: frozenset(index for index, rule in enumerate(ruleset.rules) if kind in rule.kinds) for kind in Kind
        }

    def screen(
        self,
        facts: Facts,
        state: RiskState | None = None,
        ticks: Callable[[], float] | None = None,
        budget_s: float | None = None,
    ) -> tuple[Verdict, RiskState | None]:
        """The verdict on a draft, and what to remember of its conversation, author and device (None: nothing).

        `ticks` tells seconds of any steady clock. Raises `DeadlineExceeded` when `budget_s` of them have gone, and
        `ValueError` for a text longer than any door lets through.
        """
        limit = ticks() + budget_s if ticks is not None and budget_s is not None else None
        if len(facts.text) > LONGEST:
            raise ValueError("the text is longer than anything this engine judges")
        matcher, naming = self.ruleset.matcher, facts.kind is Kind.PSEUDONYM
        skeleton = Skeleton(facts.text, naming, matcher.lexicon)
        _check(ticks, limit)
        found = matcher.find(skeleton, pseudonym=naming)
        _check(ticks, limit)
        fired = self._fired(facts, found, state) if found.base else []
        findings = [_finding(rule, found) for rule in fired]
        findings += minors.protect(facts, found, fired, state)
        _check(ticks, limit)
        after: RiskState | None = None
        if facts.author is not None or facts.conversation is not None:
            after = state or RiskState()
            weights = self.ruleset.weights
            belief, after = risk.assess(facts, found, after, weights)
            if belief is not risk.NOTHING:
                findings.extend(risk.decide(belief, weights))
            conflicts, after = persona.assess(facts, found, after, danger=belief.danger())
            findings.extend(conflicts)
            _check(ticks, limit)
        if not findings:
            return ALLOWED, after
        return compose(findings, private=facts.private, length=len(facts.text)), after

    def fires(self, facts: Facts, state: RiskState | None = None) -> list[Rule]:
        """The rules of the packs that fire on a draft, without what conversation and persona add. Raises `ValueError`
        as `screen`."""
        if len(facts.text) > LONGEST:
            raise ValueError("the text is longer than anything this engine judges")
        skeleton = Skeleton(facts.text, split_names=facts.kind is Kind.PSEUDONYM)
        found = self.ruleset.matcher.find(skeleton, pseudonym=facts.kind is Kind.PSEUDONYM)
        return self._fired(facts, found, state) if found.base else []

    def enter(self, who: Persona, state: RiskState | None = None, at: float = 0.0) -> tuple[Verdict, RiskState | None]:
        """Judge an entry at a time (Unix seconds): the pseudonym, the age it tells, and who this device has been."""
        facts = Facts(text=who.pseudonym, kind=Kind.PSEUDONYM, at=at, author=who)
        return self.screen(facts, state)

    def _fired(self, facts: Facts, found: Found, state: RiskState | None) -> list[Rule]:
        rules, by_signal = self.ruleset.rules, self.ruleset.by_signal
        awake: set[int] = set()
        for name in found.base:
            if name in by_signal:
                awake.update(by_signal[name])
        awake &= self._about[facts.kind]
        if not awake:
            return []
        values, masks, present = _Values(facts, found, state), self._masks, found.present
        fired = []
        for index in sorted(awake):
            for mask in masks[index]:
                if not present & mask:
                    break
            else:
                if rules[index].holds(values):
                    fired.append(rules[index])
        return fired


class _Values(dict[str, bool]):
    """What conditions ask for: signals and context, worked out when asked, once."""

    __slots__ = ("_facts", "_found", "_masks", "_present", "_state")

    def __init__(self, facts: Facts, found: Found, state: RiskState | None) -> None:
        super().__init__()
        self._facts, self._found, self._state = facts, found, state
        self._masks, self._present = found.masks, found.present

    def __missing__(self, name: str) -> bool:
        masks = self._masks.get(name)
        if masks is not None:
            present = self._present
            for mask in masks:
                if not present & mask:
                    self[name] = False
                    return False
            value = self[name] = bool(self._found.spans(name))
            return value
        self.update(context(self._facts, self._state))
        return self[name]


def context(facts: Facts, state: RiskState | None = None) -> dict[str, bool]:
    """The booleans that conditions may use beside signals (ruleset.CONTEXT)."""
    author = facts.author
    fresh = author is not None and author.minutes_since_entry is not None
    return {
        "author_is_minor": minors.author_is_minor(facts, state),
        "in_private": facts.private,
        "is_newcomer": fresh and (author.minutes_since_entry or 0.0) < NEWCOMER_MINUTES if author else False,
        "is_pseudonym": facts.kind is Kind.PSEUDONYM,
        "is_title": facts.kind is Kind.TITLE,
        "reader_is_minor": minors.reader_is_minor(facts, state),
    }


def _finding(rule: Rule, found: Found) -> Finding:
    spans: Iterable[tuple[int, int]] = (
        span for name in _told(rule, found) for span in found.original(name) if span[1] > span[0]
    )
    return Finding(
        action=rule.action,
        category=rule.category,
        rule=rule.ref,
        spans=tuple(spans),
        card=rule.card,
        card_for=rule.card_for,
        case=rule.case,
        risk=rule.risk,
        second_look=rule.second_look,
        also=rule.also,
    )


def _told(rule: Rule, found: Found) -> list[str]:
    """Which signals to show: the first that fired of those the condition names."""
    return [name for name in rule.names if found.holds(name)][:1]


def _check(ticks: Callable[[], float] | None, limit: float | None) -> None:
    if limit is not None and ticks is not None and ticks() > limit:
        raise DeadlineExceeded("the engine ran out of time")
