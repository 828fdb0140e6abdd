"""Why a text is judged as it is: the words that were read, the signals that fired and where, the rules, the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from veillee.automod.engine import Engine
from veillee.automod.normalise import Skeleton
from veillee.automod.ruleset import Rule, Ruleset
from veillee.model.verdict import Facts, Kind, Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """`words` is the text as the rules read it, `unmasked` with its disguises undone (empty where there are none);
    `signals` are names with the pieces of the original text that they found."""

    words: str
    unmasked: str
    signals: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[Rule, ...]
    verdict: Verdict


def explain(ruleset: Ruleset, facts: Facts) -> Explanation:
    """What the engine sees in a text with this ruleset. Raises `ValueError` for a text longer than it judges."""
    verdict, _ = Engine(ruleset).screen(facts)
    pseudonym = facts.kind is Kind.PSEUDONYM
    skeleton = Skeleton(facts.text, pseudonym, ruleset.matcher.lexicon)
    words = skeleton.words.strip()
    found = ruleset.matcher.find(skeleton, pseudonym=pseudonym)
    signals = tuple(
        (name, tuple(dict.fromkeys(facts.text[start:end] for start, end in found.original(name))))
        for name in sorted(found.signals)
        if found.holds(name)
    )
    known = {rule.ref: rule for rule in ruleset.rules}
    rules = tuple(known[ref] for ref in verdict.rules if ref in known)
    unmasked = skeleton.unmasked.strip() if found.view != "words" else ""
    return Explanation(words, unmasked, signals, rules, verdict)
