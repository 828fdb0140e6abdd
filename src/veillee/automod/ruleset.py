"""Packs of rules: read, checked, compiled. Text comes in as `{name: yaml}`; no file is opened here.

A pack is one YAML document: `lists` (words to reuse in patterns), `signals` (shared with the packs of its folder),
`rules`. Nothing half-right is loaded: every broken rule is named with its file, its line and what to do about it.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import re2

from veillee.automod.conditions import Condition, Holds, compiled
from veillee.automod.documents import CONTEXT, LINE, Draft, Lines, Reader
from veillee.automod.learner import Learner
from veillee.automod.matcher import Matcher
from veillee.automod.needs import Need, of_condition, waking
from veillee.automod.problems import RulesetInvalid as RulesetInvalid
from veillee.automod.problems import closest
from veillee.automod.weights import PACK, Weights, read, unknown
from veillee.model.verdict import Action, CardFor, Category, Kind

CARDS = (
    "aggression_help", "crisis_help", "money_safety", "other", "privacy_safety", "safe_meeting", "self_harm_support",
    "victim_support", "young_help",
)  # fmt: skip
"""Help cards that exist; their words are in the catalogue of the page."""

_RULE_KEYS = {
    "id", "version", "category", "action", "clause", "reason", "source", "kinds", "card", "card_for", "case", "risk",
    "second_look", "also", "signals", "condition", "unless", "must_catch", "must_pass", "mode",
}  # fmt: skip
_NEEDED = ("id", "version", "category", "action", "reason", "source", "condition", "must_catch", "must_pass")
_JOINING = "join signals with && (and), || (or), ! (not) and pairs of ( )"
MODES = ("enforce", "shadow")
"""A rule in shadow is judged and counted, and never acts (automod/standing)."""
_ID = re.compile(r"^[a-z]{2,3}\.[a-z_]+\.[a-z0-9_]+$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as compiled: what it says of itself, and when it fires."""

    id: str
    version: int
    category: Category
    also: tuple[Category, ...]
    action: Action
    reason: str
    source: str
    clause: str
    kinds: frozenset[Kind]
    card: str | None
    card_for: CardFor
    case: bool
    risk: float
    second_look: bool
    condition: str
    holds: Holds
    names: tuple[str, ...]
    needs: Need
    wakes: frozenset[str]
    must_catch: tuple[str, ...]
    must_pass: tuple[str, ...]
    file: str
    line: int
    mode: str = "enforce"

    @property
    def ref(self) -> str:
        """`id@version`, as it stands in verdicts, statements and the log."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules and the matcher of their signals. `version` hashes what was read; `everyday` lines should all pass."""

    version: str
    rules: tuple[Rule, ...]
    matcher: Matcher
    by_signal: Mapping[str, tuple[int, ...]]
    lines: tuple[Lines, ...] = ()
    everyday: tuple[str, ...] = ()
    weights: Weights = field(default_factory=Weights)

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError if there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def load(packs: Mapping[str, str], learners: Mapping[str, Learner] | None = None) -> Ruleset:
    """The ruleset of these packs (`{"fr/hate.yaml": text}`); raises `RulesetInvalid` for anything broken.

    `learners` are asked by the signals that name a model. Without them such signals never fire."""
    reader = Reader(learners)
    documents = [(name, reader.document(name, packs[name])) for name in sorted(packs) if name != PACK]
    weights, problems = read(packs[PACK]) if PACK in packs else (Weights(), [])
    for name, document in documents:
        reader.declare(name, document)
    rules = [rule for name, document in documents for rule in reader.rules(name, document)]
    if reader.cycles():  # nothing can be worked out of them
        raise RulesetInvalid(reader.problems)
    compiler = _Compiler(reader)
    ready = [rule for draft in rules if (rule := compiler.compile(draft)) is not None]
    for lines in reader.lines:
        if lines.category not in list(Category):
            reader.wrong(lines.file, lines.line, f"no category `{lines.category}`", closest(lines.category, Category))
    problems += unknown(weights, reader.signals)
    matcher = None
    if not reader.problems and not problems:
        try:
            matcher = Matcher(reader.signals.values(), reader.lexicon(), learners, reader.everyday)
        except re2.error:
            reader.explain_patterns()
            if not reader.problems:
                raise
    if matcher is None:
        raise RulesetInvalid([*reader.problems, *problems])
    by_signal: dict[str, list[int]] = {}
    for index, rule in enumerate(ready):
        for name in rule.wakes if rule.mode == "enforce" else ():
            by_signal.setdefault(name, []).append(index)
    digest = hashlib.sha256()
    for name in sorted(packs):
        digest.update(f"{name}\0{packs[name]}\0".encode())
    for name in sorted(learners or {}):
        digest.update(f"{name}\0{(learners or {})[name].card.sha256}\0".encode())
    return Ruleset(
        version=digest.hexdigest()[:12],
        rules=tuple(ready),
        matcher=matcher,
        by_signal={name: tuple(indices) for name, indices in by_signal.items()},
        lines=tuple(reader.lines),
        everyday=tuple(reader.everyday),
        weights=weights,
    )


class _Compiler:
    """Turns drafts into rules, one after the other."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: dict[str, str] = {}
        self._needs: dict[str, Need] = {}

    def compile(self, draft: Draft) -> Rule | None:
        """The rule, or None and its problems."""
        before = len(self._reader.problems)
        file, values = draft.file, draft.values
        line = values[LINE]
        rule_id = str(values.get("id", "?"))

        def wrong(what: str, remedy: str, key: str = "") -> None:
            self._reader.wrong(file, line.of(key), f"{rule_id}: {what}", remedy)

        for key in _NEEDED:
            if not values.get(key) and values.get(key) != 0:
                wrong(f"`{key}` is missing", f"add `{key}:`; a rule needs {', '.join(_NEEDED)}", key)
        for key in values.keys() - _RULE_KEYS - {LINE}:
            wrong(f"unknown key `{key}`", closest(key, _RULE_KEYS), key)
        if not _ID.match(rule_id) or rule_id.split(".")[0] != file.split("/")[0]:
            wrong("not an id", f"name it `{file.split('/')[0]}.topic.name`, in lower case")
        if rule_id in self._seen:
            wrong(f"the id is taken in {self._seen[rule_id]}", "give every rule an id of its own")
        self._seen[rule_id] = file
        if values.get("category") not in list(Category):
            remedy = closest(str(values.get("category")), list(Category))
            wrong(f"no category `{values.get('category')}`", remedy, "category")
        also = values.get("also") or []
        if not isinstance(also, list):
            wrong("`also` is not a list", "write a list: `also: [scam]`", "also")
            also = []
        for name in also:
            if name not in list(Category):
                wrong(f"no category `{name}`", closest(str(name), list(Category)), "also")
        if values.get("action") not in list(Action):
            wrong(f"no action `{values.get('action')}`", "allow, warn, card, hold or block", "action")
        if values.get("mode", "enforce") not in MODES:
            remedy = "enforce (the rule acts) or shadow (it is only counted)"
            wrong(f"no mode `{values.get('mode')}`", remedy, "mode")
        card = values.get("card")
        if card is not None and card not in CARDS:
            wrong(f"no card `{card}`", closest(str(card), CARDS), "card")
        if values.get("action") == "card" and card is None:
            wrong("action card without a card", f"add `card:`, one of {', '.join(CARDS)}", "action")
        self._check_values(values, wrong)
        kinds = values.get("kinds") or [kind.value for kind in Kind]
        if not isinstance(kinds, list) or not set(kinds) <= {kind.value for kind in Kind}:
            wrong("`kinds` is not a list of kinds", "write a list of message, edit, pseudonym, title", "kinds")
            kinds = []
        for key in ("must_catch", "must_pass"):
            if not isinstance(values.get(key) or [], list):
                wrong(f"`{key}` is not a list", "write every line after a dash", key)
        if len(self._reader.problems) > before:
            return None
        condition = self._condition(draft, wrong)
        if condition is None:
            return None
        scope = draft.scope
        need = of_condition(condition, scope, self._reader.signals, self._needs)
        return Rule(
            id=rule_id,
            version=values["version"],
            category=Category(values["category"]),
            also=tuple(Category(name) for name in values.get("also", ())),
            action=Action(values["action"]),
            reason=str(values["reason"]),
            source=str(values["source"]),
            clause=str(values.get("clause", "")),
            kinds=frozenset(Kind(kind) for kind in kinds),
            card=card,
            card_for=CardFor(values.get("card_for", "reader")),
            case=bool(values.get("case", False)),
            risk=float(values.get("risk", 0.5)),
            second_look=bool(values.get("second_look", False)),
            condition=str(values["condition"]),
            holds=condition.holds,
            names=tuple(scope[name] for name in condition.names if name in scope),
            needs=need,
            wakes=waking(need, self._reader.signals),
            must_catch=tuple(str(text) for text in values["must_catch"]),
            must_pass=tuple(str(text) for text in values["must_pass"]),
            file=file,
            line=line,
            mode=str(values.get("mode", "enforce")),
        )

    @staticmethod
    def _check_values(values: dict[str, Any], wrong: Callable[[str, str, str], None]) -> None:
        """Numbers, answers and lines that a rule may hold."""
        version, risk = values.get("version"), values.get("risk", 0.5)
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            wrong("`version` is not a number above 0", "a number: start at 1 and add one at every change", "version")
        if not isinstance(risk, int | float) or not 0 <= risk <= 1:
            wrong("`risk` is out of bounds", "write a number from 0 to 1, as `risk: 0.5`", "risk")
        if values.get("card_for", "reader") not in list(CardFor):
            wrong(
                f"a card for `{values.get('card_for')}`", "author (who wrote) or reader (who is spoken to)", "card_for"
            )
        for key in ("case", "second_look"):
            if not isinstance(values.get(key, False), bool):
                wrong(f"`{key}` is no answer", "write true or false", key)
        caught, passing = (
            each if isinstance(each := values.get(key), list) else [] for key in ("must_catch", "must_pass")
        )  # fmt: skip
        for both in (text for text in passing if text in caught):
            wrong(f"“{both}” must pass and be caught", "take it out of must_catch or must_pass", "must_pass")

    def _condition(self, draft: Draft, wrong: Callable[[str, str, str], None]) -> Condition | None:
        """The condition, with what it must be free of; asked by full signal names."""
        source = str(draft.values["condition"])
        unless = draft.values.get("unless") or []
        if not isinstance(unless, list):
            wrong("`unless` is not a list", "name signals: `unless: [quoted, counter]`", "unless")
            return None
        if unless:
            source = f"({source}) && !({' || '.join(map(str, unless))})"
        scope, tests = draft.scope, set(CONTEXT)
        try:
            condition = compiled(source, lambda name: name if name in tests else scope.get(name, name))
        except ValueError as error:
            wrong("the condition does not read", f"{_JOINING} ({str(error).splitlines()[0][:200]})", "condition")
            return None
        for name in sorted(set(condition.names) - scope.keys() - tests):
            known = [*scope, *CONTEXT]
            wrong(f"the condition uses `{name}`, which is not declared", closest(name, known), "condition")
            return None
        facts = [name for name in condition.names if name in tests]
        names = [name for name in condition.names if name not in tests]
        quiet = {scope[name]: False for name in names}
        try:
            silent = any(
                condition.holds({**quiet, **dict(zip(facts, bits, strict=True))})
                for bits in itertools.product((False, True), repeat=len(facts))
            )
        except (RuntimeError, TypeError, ValueError):
            wrong("the condition does not answer true or false", _JOINING, "condition")
            return None
        if silent or not names:
            wrong(
                "the condition holds when no signal fired", f"name a signal that has to fire; {_JOINING}", "condition"
            )
            return None
        return condition
