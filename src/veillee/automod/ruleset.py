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

import cel

from veillee.automod.documents import CONTEXT, LINE, Draft, Reader, closest
from veillee.automod.documents import RulesetInvalid as RulesetInvalid
from veillee.automod.signals import Matcher, triggers
from veillee.automod.weights import PACK, Weights, read, unknown
from veillee.model.verdict import Action, CardFor, Category, Kind

CARDS = (
    "aggression_help", "crisis_help", "money_safety", "other", "privacy_safety", "safe_meeting", "self_harm_support",
    "victim_support", "young_help",
)  # fmt: skip
"""Help cards that exist; their words are in the catalogue of the page."""

_RULE_KEYS = {
    "id", "version", "category", "action", "clause", "reason", "source", "kinds", "card", "card_for", "case", "risk",
    "second_look", "also", "signals", "condition", "must_catch", "must_pass",
}  # fmt: skip
_NEEDED = ("id", "version", "category", "action", "reason", "source", "condition", "must_catch", "must_pass")
_MOST_WEIGHED = 9
"""Signals of a condition up to which every combination is tried at load to see what it waits for."""
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
    holds: Callable[[dict[str, bool]], bool]
    names: tuple[str, ...]
    wakes: frozenset[str]
    must_catch: tuple[str, ...]
    must_pass: tuple[str, ...]
    file: str
    line: int

    @property
    def ref(self) -> str:
        """`id@version`, as it stands in verdicts, statements and the log."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules and the matcher of their signals. `version` is a hash of what was read."""

    version: str
    rules: tuple[Rule, ...]
    matcher: Matcher
    by_signal: Mapping[str, tuple[int, ...]]
    weights: Weights = field(default_factory=Weights)

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError if there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def load(packs: Mapping[str, str]) -> Ruleset:
    """The ruleset of these packs (`{"fr/hate.yaml": text}`); raises `RulesetInvalid` for anything broken."""
    reader = Reader()
    documents = [(name, reader.document(name, packs[name])) for name in sorted(packs) if name != PACK]
    weights, problems = read(packs[PACK]) if PACK in packs else (Weights(), [])
    for name, document in documents:
        reader.declare(name, document)
    rules = [rule for name, document in documents for rule in reader.rules(name, document)]
    reader.cycles()
    compiler = _Compiler(reader)
    compiled = [rule for draft in rules if (rule := compiler.compile(draft)) is not None]
    problems += unknown(weights, reader.signals)
    if reader.problems or problems:
        raise RulesetInvalid([*reader.problems, *problems])
    by_signal: dict[str, list[int]] = {}
    for index, rule in enumerate(compiled):
        for name in rule.wakes:
            by_signal.setdefault(name, []).append(index)
    digest = hashlib.sha256()
    for name in sorted(packs):
        digest.update(f"{name}\0{packs[name]}\0".encode())
    return Ruleset(
        version=digest.hexdigest()[:12],
        rules=tuple(compiled),
        matcher=Matcher(reader.signals.values(), reader.vocabulary()),
        by_signal={name: tuple(indices) for name, indices in by_signal.items()},
        weights=weights,
    )


class _Compiler:
    """Turns drafts into rules, one after the other."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: dict[str, str] = {}

    def compile(self, draft: Draft) -> Rule | None:
        """The rule, or None and its problems."""
        before = len(self._reader.problems)
        file, values = draft.file, draft.values
        line = values[LINE]
        rule_id = str(values.get("id", "?"))

        def wrong(what: str, remedy: str) -> None:
            self._reader.wrong(file, line, f"{rule_id}: {what}", remedy)

        for key in _NEEDED:
            if not values.get(key):
                wrong(f"`{key}` is missing", f"add `{key}:`; a rule needs {', '.join(_NEEDED)}")
        for key in values.keys() - _RULE_KEYS - {LINE}:
            wrong(f"unknown key `{key}`", closest(key, _RULE_KEYS))
        if not _ID.match(rule_id) or rule_id.split(".")[0] != file.split("/")[0]:
            wrong("not an id", f"name it `{file.split('/')[0]}.topic.name`, in lower case")
        if rule_id in self._seen:
            wrong(f"the id is taken in {self._seen[rule_id]}", "give every rule an id of its own")
        self._seen[rule_id] = file
        if values.get("category") not in list(Category):
            wrong(f"no category `{values.get('category')}`", closest(str(values.get("category")), list(Category)))
        for name in values.get("also") or ():
            if name not in list(Category):
                wrong(f"no category `{name}`", closest(str(name), list(Category)))
        if values.get("action") not in list(Action):
            wrong(f"no action `{values.get('action')}`", "allow, warn, card, hold or block")
        card = values.get("card")
        if card is not None and card not in CARDS:
            wrong(f"no card `{card}`", closest(str(card), CARDS))
        if values.get("action") == "card" and card is None:
            wrong("action card without a card", f"add `card:`, one of {', '.join(CARDS)}")
        if not isinstance(values.get("version"), int):
            wrong("`version` is not a number", "start at 1 and add one at every change")
        kinds = values.get("kinds") or [kind.value for kind in Kind]
        if not isinstance(kinds, list) or not set(kinds) <= {kind.value for kind in Kind}:
            wrong("`kinds` is not a list of kinds", "message, edit, pseudonym, title")
            kinds = []
        for key in ("must_catch", "must_pass"):
            if not isinstance(values.get(key) or [], list):
                wrong(f"`{key}` is not a list", "write every line after a dash")
        if len(self._reader.problems) > before:
            return None
        holds, names = self._condition(draft, wrong)
        if holds is None:
            return None
        scope = draft.scope
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
            holds=holds,
            names=tuple(scope[name] for name in names),
            wakes=self._wakes(holds, names, scope, str(values["condition"])),
            must_catch=tuple(str(text) for text in values["must_catch"]),
            must_pass=tuple(str(text) for text in values["must_pass"]),
            file=file,
            line=line,
        )

    def _condition(
        self, draft: Draft, wrong: Callable[[str, str], None]
    ) -> tuple[Callable[[dict[str, bool]], bool] | None, list[str]]:
        """The condition over full signal names, and the signals it names in the order they stand."""
        source = str(draft.values["condition"])
        try:
            program = cel.compile(source)
        except ValueError as error:
            wrong("the condition is not CEL", str(error).splitlines()[0])
            return None, []
        variables: set[str] = set(program.variables())
        for name in sorted(variables - draft.scope.keys() - set(CONTEXT)):
            wrong(f"the condition uses `{name}`, which is not declared", closest(name, [*draft.scope, *CONTEXT]))
            return None, []
        names = sorted(variables - set(CONTEXT), key=lambda name: _position(source, name))
        context = sorted(variables & set(CONTEXT))
        pairs = [(name, draft.scope[name]) for name in names]

        def holds(values: dict[str, bool]) -> bool:
            known = {name: values.get(full, False) for name, full in pairs}
            for name in context:
                known[name] = values.get(name, False)
            return program.execute(known) is True

        try:
            silent = any(
                holds(dict(zip(context, bits, strict=True)))
                for bits in itertools.product((False, True), repeat=len(context))
            )
        except (RuntimeError, TypeError, ValueError) as error:
            wrong("the condition does not answer true or false", str(error).splitlines()[0])
            return None, []
        if silent or not names:
            wrong("the condition holds when no signal fired", "join the signals with &&")
            return None, []
        return holds, names

    def _wakes(
        self, holds: Callable[[dict[str, bool]], bool], names: list[str], scope: dict[str, str], source: str
    ) -> frozenset[str]:
        """Base signals of which one must fire before the condition is worth evaluating.

        The first signal without which the condition never holds; where there is none, all that can make it hold.
        """
        if len(names) > _MOST_WEIGHED:
            return frozenset().union(*(triggers(scope[name], self._reader.signals) for name in names))
        full = {name: scope.get(name, name) for name in (*names, *CONTEXT)}
        facts = [name for name in CONTEXT if re.search(rf"\b{name}\b", source)]
        useful = []
        for name in names:
            others = [full[other] for other in (*names, *facts) if other != name]
            ways = [
                dict(zip(others, bits, strict=True)) for bits in itertools.product((True, False), repeat=len(others))
            ]
            if not any(map(holds, ways)):
                return triggers(scope[name], self._reader.signals)
            if any(holds({**way, full[name]: True}) and not holds(way) for way in ways):
                useful.append(name)
        return frozenset().union(*(triggers(scope[name], self._reader.signals) for name in useful))


def _position(source: str, name: str) -> int:
    found = re.search(rf"\b{name}\b", source)
    return found.start() if found else len(source)
