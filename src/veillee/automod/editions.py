"""Rules as texts: each rule cut out of its pack as it stands there, what it leans on, and the hash it is known by.

What somebody edits is one rule, written as in a pack but without the dash. It is read with the shared lists and
signals of its folder, and keeps in `around` what it used of them, so that it can be read again when these are gone.
"""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from veillee.automod.normalise import plain_words
from veillee.automod.problems import Problem, RulesetInvalid
from veillee.automod.ruleset import Rule, load
from veillee.automod.signals import Signal
from veillee.model.edition import RuleText

OWN = "own.yaml"
"""The name under which an edited rule is read, in the folder of its language."""
_VERSION = re.compile(r"^(\s*[{]?\s*version:\s*)\d+|(,\s*version:\s*)\d+", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LIST = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_LONGEST = 60_000

Parts = list[tuple[yaml.Node, yaml.Node]]
"""The parts of a pack: each key with what stands under it."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule that can fire, with every signal it needs, by full name; `text` is what it was read from, `vocabulary` are
    the words that stars may hide."""

    text: RuleText
    rule: Rule
    signals: Mapping[str, Signal]
    vocabulary: frozenset[str] = frozenset()

    @property
    def own(self) -> dict[str, Signal]:
        """The signals that belong to this rule alone."""
        return {name: signal for name, signal in self.signals.items() if name.startswith(f"{self.rule.id}/")}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a folder shares, as written: lists and signals by name."""

    lists: Mapping[str, Any]
    signals: Mapping[str, Any]

    @classmethod
    def of(cls, documents: Mapping[str, Any]) -> Declared:
        """Of packs as read, by name; those of `any` give way to those of a language."""
        lists: dict[str, Any] = {}
        signals: dict[str, Any] = {}
        for name in sorted(documents, key=lambda name: (not name.startswith("any/"), name)):
            document = documents[name]
            for part, into in (("lists", lists), ("signals", signals)):
                declared = document.get(part) if isinstance(document, dict) else None
                into.update(declared if isinstance(declared, dict) else {})
        return cls(lists, signals)

    def vocabulary(self) -> frozenset[str]:
        """Every word of every list."""
        words = (str(word) for listed in self.lists.values() if isinstance(listed, list) for word in listed)
        return frozenset(part for word in words for part in plain_words(word.rstrip("*")).split())

    def around(self, text: str) -> str:
        """What a rule's text leans on, and what that leans on, as a pack of its own."""
        rule = yaml.load(text, Loader=yaml.CSafeLoader)
        rule = rule if isinstance(rule, dict) else {}
        own = rule.get("signals")
        asked = [own[name] for name in own] if isinstance(own, dict) else []
        asked.append({"any": _NAME.findall(" ".join(_strings([rule.get("condition"), rule.get("unless")])))})
        used: dict[str, dict[str, Any]] = {"lists": {}, "signals": {}}
        while asked:
            signals, lists = _leaning(asked.pop())
            for part, names, declared in (("lists", lists, self.lists), ("signals", signals, self.signals)):
                for name in names:
                    if name in declared and name not in used[part]:
                        used[part][name] = declared[name]
                        asked.append(declared[name])
        lines = []
        for part, entries in used.items():
            if entries:
                lines.append(f"{part}:")
                lines += [f"  {key}: {json.dumps(entries[key], ensure_ascii=False)}" for key in sorted(entries)]
        return "\n".join(lines or ["signals: {}"]) + "\n"


class Shelf:
    """The packs as texts: where each rule stands, and what is shared in each folder. Built once, then only read."""

    def __init__(self, packs: Mapping[str, str]) -> None:
        self.places: dict[str, tuple[str, str]] = {}
        self._shared: dict[str, str] = {}
        documents = {}
        for name in sorted(packs):
            lines, parts = packs[name].splitlines(), _parts(yaml.compose(packs[name], Loader=yaml.CSafeLoader))
            self.places.update({rule_id: (name, cut) for rule_id, cut in _cut(lines, parts)})
            self._shared[name] = _without_rules(lines, parts)
            documents[name] = yaml.load(self._shared[name], Loader=yaml.CSafeLoader)
        self.files = tuple(sorted(packs))
        self._declared = {
            folder: Declared.of({name: documents[name] for name in self._seen_in(folder)}) for folder in self.folders
        }

    @property
    def folders(self) -> tuple[str, ...]:
        """The languages."""
        return tuple(sorted({name.split("/")[0] for name in self.files}))

    def kept(self, rule: Rule) -> RuleText:
        """What is kept of a rule of these packs."""
        text = self.places[rule.id][1]
        return _kept(rule, text, self._declared[rule.file.split("/")[0]])

    def compile(self, file: str, text: str) -> Compiled:
        """The rule of this text, as if it stood in the pack `file`. Raises `RulesetInvalid` with lines of the text."""
        folder = file.split("/")[0]
        if len(text) > _LONGEST:
            raise RulesetInvalid([Problem(file, 1, "the rule is too long", f"stay under {_LONGEST} characters")])
        return _compiled(self._seen_in(folder), self._declared[folder], file, text)

    def _seen_in(self, folder: str) -> dict[str, str]:
        return {name: text for name, text in self._shared.items() if name.split("/")[0] in (folder, "any")}


def reread(text: RuleText) -> Compiled:
    """A rule of any day, read again from what was kept of it. Raises `RulesetInvalid` where today's engine cannot."""
    name = f"{text.file.split('/')[0]}/around.yaml"
    declared = Declared.of({name: yaml.load(text.around, Loader=yaml.CSafeLoader)})
    return _compiled({name: text.around}, declared, text.file, text.text)


def closure(names: Iterable[str], signals: Mapping[str, Signal]) -> dict[str, Signal]:
    """The signals of these names and all that they are made of."""
    out: dict[str, Signal] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in out and name in signals:
            out[name] = signals[name]
            waiting.extend((*signals[name].parts, *signals[name].excepted))
    return dict(sorted(out.items()))


def renumbered(text: str, version: int) -> str:
    """The text with another `version`; put below its first line where it names none."""
    if _VERSION.search(text):
        return _VERSION.sub(lambda found: f"{found[1] or found[2]}{version}", text, count=1)
    first, _, rest = text.partition("\n")
    return f"{first}\nversion: {version}\n{rest}"


def _compiled(shared: Mapping[str, str], declared: Declared, file: str, text: str) -> Compiled:
    name = f"{file.split('/')[0]}/{OWN}"
    body = textwrap.dedent(text.replace("\r\n", "\n")).strip("\n")
    document = "rules:\n" + textwrap.indent(body, "    ").replace("    ", "  - ", 1) + "\n"
    try:
        ruleset = load({**shared, name: document})
    except RulesetInvalid as error:
        raise RulesetInvalid([_placed(each, name, file) for each in error.problems]) from None
    rules = [rule for rule in ruleset.rules if rule.file == name]
    if len(rules) != 1:
        raise RulesetInvalid([Problem(file, 1, f"{len(rules)} rules in one text", "write one rule, without a dash")])
    (rule,) = rules
    needed = closure(rule.names, ruleset.matcher.signals)
    return Compiled(replace(_kept(rule, body, declared), file=file), rule, needed, declared.vocabulary())


def _placed(problem: Problem, name: str, file: str) -> Problem:
    """The problem where whoever wrote the text sees it; the line that `rules:` took is not theirs."""
    line = max(1, problem.line - 1) if problem.file == name else 1
    return Problem(file, line, problem.what, problem.remedy)


def _kept(rule: Rule, text: str, declared: Declared) -> RuleText:
    """Its text and the shared signals and lists that it leans on, under the hash of both."""
    around = declared.around(text)
    whole = f"{rule.id}\0{text.strip()}\0{around}"
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return RuleText(digest, rule.id, rule.version, rule.file, text.strip() + "\n", around)


def _strings(value: Any) -> Iterable[str]:
    """Every text within a value as read from YAML; of a mapping its values."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _strings(each)]


def _leaning(value: Any) -> tuple[list[str], list[str]]:
    """The signals and the lists that a signal, or a list, is made of, by name."""
    if not isinstance(value, dict):
        return [], _LIST.findall(" ".join(_strings(value)))
    signals = _strings([value.get(key) for key in ("any", "near", "sequence", "except")])
    lists = _LIST.findall(" ".join(_strings([value.get(key) for key in ("terms", "patterns", "raw")])))
    return list(signals), lists


def _cut(lines: list[str], parts: Parts) -> Iterable[tuple[str, str]]:
    """Every rule of a pack: its id, and its lines without the dash."""
    for key, value in parts:
        if key.value != "rules" or not isinstance(value, yaml.SequenceNode):
            continue
        for item in value.value:
            if not isinstance(item, yaml.MappingNode):
                continue
            found = {k.value: v.value for k, v in item.value if isinstance(v, yaml.ScalarNode)}
            first, last = item.start_mark, item.end_mark
            cut = lines[first.line : last.line + (last.column > first.column)]
            cut[0] = " " * first.column + cut[0][first.column :]
            while cut and (not cut[-1].strip() or cut[-1].lstrip().startswith("#")):
                cut.pop()
            yield str(found.get("id", "?")), textwrap.dedent("\n".join(cut)).strip() + "\n"


def _without_rules(lines: list[str], parts: Parts) -> str:
    """The pack with its `rules` cut out: lists and shared signals."""
    lines = list(lines)
    starts = [key.start_mark.line for key, _ in parts]
    for place, (key, _) in enumerate(parts):
        if key.value == "rules":
            end = starts[place + 1] if place + 1 < len(starts) else len(lines)
            lines[starts[place] : end] = ["rules: []"] + [""] * (end - starts[place] - 1)
    return "\n".join(lines) + "\n"


def _parts(root: yaml.Node | None) -> Parts:
    return list(root.value) if isinstance(root, yaml.MappingNode) else []
