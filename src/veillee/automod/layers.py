"""Rules laid over rules: what staff changed over the packs, without compiling the packs again.

The packs are compiled once. An edited rule brings a small matcher for the signals of its own; both look at the same
text, and the rule that it replaces sleeps. A change is therefore in force within milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from veillee.automod.editions import Compiled
from veillee.automod.matcher import Matcher
from veillee.automod.normalise import Skeleton
from veillee.automod.ruleset import Rule, Ruleset
from veillee.automod.signals import Found, Signal
from veillee.automod.spelling import Lexicon
from veillee.model.verdict import Action


class Layered(Matcher):
    """Two matchers as one: `above` finds its signals, `below` all others."""

    def __init__(self, below: Matcher, above: Matcher, replaced: Collection[str]) -> None:
        self.signals = {**below.signals, **above.signals}
        self.lexicon, self.learners = above.lexicon, below.learners
        self._below = below
        self._above = above
        self._replaced = frozenset(name for name in below.signals if name.split("/")[0] in replaced)
        self.settle()

    def find(self, skeleton: Skeleton, *, pseudonym: bool = False) -> Found:
        """Every base signal that fires in the text, of either matcher."""
        below = self._below.find(skeleton, pseudonym=pseudonym)
        above = self._above.find(skeleton, pseudonym=pseudonym)
        return below.joined(above, self.signals, self._replaced).settle(self.bits, self.masks)


def lay_over(base: Ruleset, editions: Sequence[Compiled], held: Collection[str] = ()) -> Ruleset:
    """The base with these rules in place of those of the same id, or beside them where there is none. Rules whose
    `id@version` is in `held` refuse nothing: what they would refuse waits for a person."""
    replaced = {edition.rule.id for edition in editions}
    rules = [rule for rule in base.rules if rule.id not in replaced]
    rules = [_softened(rule, held) for rule in (*rules, *(edition.rule for edition in editions))]
    matcher = base.matcher
    if editions:
        above = [signal for edition in editions for signal in edition.own.values()]
        below = base.matcher
        matcher = Layered(below, Matcher(above, below.lexicon.wider(_words(editions)), below.learners), replaced)
    version = base.version
    if editions or held:
        version = "+".join([base.version, *sorted(e.text.hash[:6] for e in editions), *sorted(held)])
    return replace(base, version=version, rules=tuple(rules), matcher=matcher, by_signal=_by_signal(rules))


def alone(editions: Sequence[Compiled], like: Matcher | None = None) -> Ruleset:
    """These rules and nothing else: only their own signals, and those they lean on, are looked for. Short spelling and
    disguises are undone as `like` does (the packs of today), so that what is found is what would be found there."""
    signals: dict[str, Signal] = {}
    for edition in editions:
        signals.update(edition.signals)
    if like is None:
        lexicon, learners = Lexicon(sharp=frozenset().union(*(edition.vocabulary for edition in editions))), None
    else:
        lexicon, learners = like.lexicon.wider(_words(editions)), like.learners
    rules = [replace(edition.rule, mode="enforce") for edition in editions]
    version = "+".join(sorted(edition.text.hash[:6] for edition in editions))
    return Ruleset(version, tuple(rules), Matcher(signals.values(), lexicon, learners), _by_signal(rules))


def _words(editions: Sequence[Compiled]) -> frozenset[str]:
    """The words that these rules look for: in their lists and in their own terms."""
    own = (term for edition in editions for signal in edition.own.values() for term in signal.terms)
    words = {word for term in own for word in term.rstrip("*").split()}
    words = words.union(*(edition.vocabulary for edition in editions))
    return frozenset(word for word in words if word.isalpha() and len(word) > 1)


def awake(ruleset: Ruleset) -> Ruleset:
    """The same rules, those in shadow acting too: what their examples are proved with."""
    if all(rule.mode == "enforce" for rule in ruleset.rules):
        return ruleset
    rules = tuple(replace(rule, mode="enforce") for rule in ruleset.rules)
    return replace(ruleset, rules=rules, by_signal=_by_signal(rules))


def _softened(rule: Rule, held: Collection[str]) -> Rule:
    if rule.ref in held and rule.action is Action.BLOCK:
        return replace(rule, action=Action.HOLD)
    return rule


def _by_signal(rules: Iterable[Rule]) -> dict[str, tuple[int, ...]]:
    out: dict[str, list[int]] = {}
    for index, rule in enumerate(rules):
        if rule.mode == "enforce":
            for name in rule.wakes:
                out.setdefault(name, []).append(index)
    return {name: tuple(indices) for name, indices in out.items()}
