"""Packs as written: YAML read with its lines, names resolved, signals built, everything wrong collected.

No file is opened here. `ruleset` turns what is read into rules.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

import re2
import yaml

from veillee.automod.letters import lowered
from veillee.automod.normalise import plain_words
from veillee.automod.patterns import needs, options
from veillee.automod.signals import SENTENCE, Signal, compose_order
from veillee.automod.spelling import Lexicon

CONTEXT = ("author_is_minor", "in_private", "is_newcomer", "is_pseudonym", "is_title", "reader_is_minor")
"""Booleans that a condition may use beside its signals."""

_SIGNAL_KEYS = {
    "terms", "patterns", "raw", "any", "near", "sequence", "words", "across", "except", "except_words",
    "except_before", "except_after",
}  # fmt: skip
_PARTS = {"lists", "signals", "rules", "examples", "spelling", "units", "articles", "ordinary"}
_PROOFS = ("must_catch", "must_pass")
_LITERAL = re.compile(r"(?<![^ (:|^])([a-z]{2,})(\??)(?=[ |)$]|$)")
_PLAIN_WORD = re.compile(r"(?<![\w*@$#.'-])[a-z]{2,}(?![\w*@$#'-])")
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_MACRO = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_GAP = re.compile(r"<(\d+)> ")
_TAIL = re.compile(r" <(\d+)>(?=\$?$|[|)])")
LINE = "__line__"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a pack, where, and what to do."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.remedy}"


class RulesetInvalid(ValueError):
    """The packs cannot be used; `problems` has one entry for everything that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class _Loader(yaml.CSafeLoader):
    """YAML with the line of every mapping kept."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    values = loader.construct_mapping(node, deep=True)
    values[LINE] = node.start_mark.line + 1
    return {str(key): value for key, value in values.items()}


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as read, before it is compiled; `scope` maps the names it uses to full signal names."""

    file: str
    values: dict[str, Any]
    scope: dict[str, str]


@dataclass(frozen=True, slots=True)
class Lines:
    """Examples for a whole category: what some rule of it must catch, and what none may."""

    category: str
    must_catch: tuple[str, ...]
    must_pass: tuple[str, ...]
    file: str
    line: int


class Reader:
    """Reads packs, collecting every problem instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.signals: dict[str, Signal] = {}
        self.lines: list[Lines] = []
        self._lists: dict[str, dict[str, list[str]]] = {}
        self._shared: dict[str, dict[str, str]] = {}
        self._written: dict[str, tuple[str, int, str]] = {}
        self._choices: dict[tuple[str, str], str] = {}
        self._spelling: dict[str, str] = {}
        self._words: dict[str, set[str]] = {"units": set(), "articles": set(), "ordinary": set()}
        self._examples: list[str] = []

    def wrong(self, file: str, line: int, what: str, remedy: str) -> None:
        """Note a problem and go on."""
        self.problems.append(Problem(file, line, what, remedy))

    def document(self, name: str, text: str) -> dict[str, Any]:
        """One pack parsed, or an empty one and a problem."""
        try:
            document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a CSafeLoader
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.wrong(name, line, "not YAML", f"{error.problem}; quote texts that hold `:` or `#`")
            return {}
        except yaml.YAMLError:
            self.wrong(name, 1, "not YAML", "save the file as UTF-8 text")
            return {}
        if not isinstance(document, dict):
            self.wrong(name, 1, "not a pack", "start with `rules:`, `signals:` or `lists:`")
            return {}
        for key in document.keys() - _PARTS - {LINE}:
            self.wrong(name, 1, f"unknown part `{key}`", f"a pack has {', '.join(sorted(_PARTS))}")
        return document

    def declare(self, name: str, document: dict[str, Any]) -> None:
        """Take the shared lists and signals of a pack; those of the folder `any` are seen everywhere."""
        folder = name.split("/")[0]
        for key, words in self._entries(name, document, "lists"):
            if not isinstance(words, list):
                self.wrong(name, document["lists"][LINE], f"list `{key}` is not a list", "write `- word` lines")
                continue
            self._lists.setdefault(folder, {})[key] = [str(word) for word in words]
        for key, value in self._entries(name, document, "signals"):
            if key in self._shared.setdefault(folder, {}):
                self.wrong(name, value.get(LINE, 1), f"signal `{key}` is declared twice", "give it another name")
            self._shared[folder][key] = f"{folder}/{key}"
        for typed, meant in self._entries(name, document, "spelling"):
            self._spelling[plain_words(str(typed))] = plain_words(str(meant))
        for part, words in self._words.items():
            words.update(word for text in document.get(part) or () for word in plain_words(str(text)).split())
        for category, lines in self._entries(name, document, "examples"):
            catch, passing = (lines.get(key) or [] if isinstance(lines, dict) else None for key in _PROOFS)
            if not isinstance(catch, list) or not isinstance(passing, list) or not (catch or passing):
                line = document["examples"][LINE]
                self.wrong(name, line, f"examples of `{category}` are no lines", "give `must_catch`, `must_pass`")
                continue
            kept = Lines(str(category), tuple(map(str, catch)), tuple(map(str, passing)), name, lines[LINE])
            self.lines.append(kept)
            self._examples.extend((*kept.must_catch, *kept.must_pass))

    def _entries(self, name: str, document: dict[str, Any], part: str) -> list[tuple[str, Any]]:
        entries = document.get(part) or {}
        if not isinstance(entries, dict):
            self.wrong(name, 1, f"`{part}` is not a mapping", f"write `{part}:` and then `name:` lines")
            return []
        return [(key, value) for key, value in entries.items() if key != LINE]

    def rules(self, name: str, document: dict[str, Any]) -> list[Draft]:
        """The rules of a pack with their names resolved; shared signals of the pack are built on the way."""
        folder = name.split("/")[0]
        outer = {**self._shared.get("any", {}), **self._shared.get(folder, {})}
        for key, value in self._entries(name, document, "signals"):
            self._signal(name, value, f"{folder}/{key}", key, outer, folder)
        drafts = []
        entries = document.get("rules") or []
        if not isinstance(entries, list):
            self.wrong(name, 1, "`rules` is not a list", "write every rule after a dash")
            return []
        for values in entries:
            if not isinstance(values, dict):
                self.wrong(name, 1, "a rule is not a mapping", "write `- id: …` and its fields below")
                continue
            for proof in _PROOFS:
                if isinstance(values.get(proof), list):
                    self._examples.extend(map(str, values[proof]))
            own = values.get("signals") or {}
            rule_id = str(values.get("id", "?"))
            if not isinstance(own, dict):
                self.wrong(name, values[LINE], f"`signals` of {rule_id} is not a mapping", "write `name:` lines")
                own = {}
            scope = {**outer, **{key: f"{rule_id}/{key}" for key in own if key != LINE}}
            for key, value in own.items():
                if key != LINE:
                    self._signal(name, value, f"{rule_id}/{key}", key, scope, folder, glued=True)
            drafts.append(Draft(name, values, scope))
        return drafts

    def _signal(
        self, file: str, value: Any, full: str, key: str, scope: dict[str, str], folder: str, *, glued: bool = False
    ) -> None:
        if not isinstance(value, dict):
            self.wrong(file, 1, f"signal `{key}` is not a mapping", "give it `terms`, `patterns`, `raw`, `any`, …")
            return
        line = value[LINE]
        if not _NAME.match(key) or key in CONTEXT:
            self.wrong(file, line, f"`{key}` is no name for a signal", "use lower case letters and _")
        for unknown in value.keys() - _SIGNAL_KEYS - {LINE}:
            self.wrong(file, line, f"unknown key `{unknown}` in signal `{key}`", closest(unknown, _SIGNAL_KEYS))
        how = [way for way in ("any", "near", "sequence") if way in value]
        if len(how) > 1 or not (how or {"terms", "patterns", "raw"} & value.keys()):
            self.wrong(file, line, f"signal `{key}` finds nothing", "give it terms, patterns, raw, or one composition")
            return
        parts = [self._part(file, full, part, scope, n) for n, part in enumerate(value[how[0]])] if how else []
        excepted = [str(part) for part in value.get("except", [])]
        for part in (*parts, *excepted):
            if part not in scope and part not in self.signals:
                self.wrong(file, line, f"signal `{key}` uses `{part}`, which is not declared", closest(part, scope))
        apart = [_words(value.get(way, 0)) for way in ("except_words", "except_before", "except_after")]
        words = _words(value.get("words", 4))
        if words is None or None in apart:
            self.wrong(file, line, f"`words` of signal `{key}` is no number", "write a number, or `sentence`")
            return
        self.signals[full] = Signal(
            name=full,
            terms=tuple(self._terms(file, line, key, value.get("terms", []), folder)),
            patterns=tuple(self._patterns(file, line, value.get("patterns", []), folder, words=True)),
            raw=tuple(self._patterns(file, line, value.get("raw", []), folder, words=False)),
            how=how[0] if how else "",
            parts=tuple(scope.get(part, part) for part in parts if part in scope or part in self.signals),
            words=words,
            across=bool(value.get("across", False)),
            excepted=tuple(scope[part] for part in excepted if part in scope),
            except_before=apart[1] or apart[0] or 0,
            except_after=apart[2] or apart[0] or 0,
            glued=glued,
        )

    def _part(self, file: str, full: str, part: Any, scope: dict[str, str], number: int) -> str:
        """The name of a part; a list in the place of a name is any of its names."""
        if not isinstance(part, list):
            return str(part)
        name = f"{full}~{number}"
        for each in part:
            if str(each) not in scope:
                self.wrong(file, 1, f"`{each}` is not declared", closest(str(each), scope))
        self.signals[name] = Signal(name, how="any", parts=tuple(scope[str(p)] for p in part if str(p) in scope))
        return name

    def _terms(self, file: str, line: int, key: str, entries: Any, folder: str) -> list[str]:
        out = []
        for entry in entries if isinstance(entries, list) else [entries]:
            text = str(entry)
            if (macro := _MACRO.fullmatch(text)) and (words := self._list(folder, macro[1])) is not None:
                out.extend(self._terms(file, line, key, words, folder))
                continue
            bare = plain_words(text.rstrip("*"))
            if not bare or "{" in text:
                self.wrong(file, line, f"term `{text}` of `{key}` is empty or names no list", "write a word")
                continue
            out.append(bare + "*" * text.endswith("*"))
        return out

    def _list(self, folder: str, name: str) -> list[str] | None:
        return self._lists.get(folder, {}).get(name) or self._lists.get("any", {}).get(name)

    def _alternatives(self, folder: str, name: str) -> str | None:
        """A list as the alternatives of a pattern."""
        known = self._choices.get((folder, name))
        if known is None and (listed := self._list(folder, name)) is not None:
            choices = "|".join(
                re.escape(plain_words(word.rstrip("*"))).replace(r"\ ", " ") + r"\w*" * word.endswith("*")
                for word in listed
            )
            known = self._choices[folder, name] = f"(?:{choices})"
        return known

    def _patterns(self, file: str, line: int, entries: Any, folder: str, *, words: bool) -> list[str]:
        out = []
        for entry in entries if isinstance(entries, list) else [entries]:
            text = str(entry)
            for macro in set(_MACRO.findall(text)):
                alternatives = self._alternatives(folder, macro)
                if alternatives is None:
                    self.wrong(file, line, f"pattern uses list `{macro}`, which is not declared", "declare it")
                    continue
                text = text.replace("{" + macro + "}", alternatives)
            if words:
                text = _TAIL.sub(lambda gap: f'(?: [^ .?"]+){{0,{gap[1]}}}', text)
                text = _GAP.sub(lambda gap: f'(?:[^ .?"]+ ){{0,{gap[1]}}}', text)
                if re.search(r"<\d|(?:\{0,\d+\})\?", text):
                    remedy = "write `word <2> word`, or ` <2>` at the end; it counts from none"
                    self.wrong(file, line, f"gap in `{entry}` stands where no word can", remedy)
                if text != text.lower() or not text.isascii():
                    remedy = "patterns see lower case letters without accents: write them so"
                    self.wrong(file, line, f"pattern `{entry}` can never match", remedy)
            self._written[text] = (file, line, str(entry))
            out.append(text)
        return out

    def explain_patterns(self) -> None:
        """Find the patterns that RE2 refuses; done only when some were, for compiling them one by one costs time."""
        for text, (file, line, entry) in self._written.items():
            try:
                needs(text)
                re2.compile(text, options())
            except re2.error as error:
                self.wrong(file, line, f"pattern `{entry}` is not RE2", f"{error}; no look-around, no back-reference")

    def lexicon(self) -> Lexicon:
        """The words of the packs: those of terms and lists are sharp, those of patterns and examples known."""
        own = list(self.signals.values())
        lists = {part for folder in self._lists.values() for words in folder.values() for word in words
                 for part in plain_words(str(word).rstrip("*")).split()}  # fmt: skip
        terms = {part for signal in own for term in signal.terms for part in term.rstrip("*").split()}
        literals = {
            form
            for signal in own
            for pattern in signal.patterns
            for word, optional in _LITERAL.findall(pattern)
            for form in ((word, word[:-1]) if optional else (word,))
        }
        spoken = {word for text in self._examples for word in _PLAIN_WORD.findall(lowered(text))}
        meanings = {word for meant in self._spelling.values() for word in meant.split()}
        ordinary = self._words["ordinary"]
        sharp = {word for word in lists | terms if word.isalpha() and len(word) > 1} - ordinary
        backwards = {t for signal in own if signal.glued for t in signal.terms if len(t) > 3 and t.isalpha()}
        return Lexicon(
            wanted=literals,
            known=terms | spoken | meanings | ordinary | self._words["articles"],
            sharp=sharp,
            spelling=self._spelling,
            units=self._words["units"],
            articles=self._words["articles"],
            backwards=backwards,
        )

    def cycles(self) -> None:
        """Refuse a signal that leads back to itself."""
        looping = compose_order(self.signals)
        if looping is not None:
            self.wrong(looping.split("/")[0], 1, f"signal `{looping}` is made of itself", "break the circle")


def _words(value: Any) -> int | None:
    """A number of words, `sentence` as one, or None."""
    if value == "sentence":
        return SENTENCE
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def closest(word: str, known: Any) -> str:
    """A remedy that names the nearest thing that exists."""
    near = difflib.get_close_matches(word, [str(k) for k in known], n=1)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(str(k) for k in known)[:24])}"
