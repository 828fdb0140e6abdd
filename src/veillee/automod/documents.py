"""Packs as written: YAML read with its lines, names resolved, signals built, everything wrong collected.

No file is opened here. `ruleset` turns what is read into rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import re2
import yaml

from veillee.automod import written
from veillee.automod.letters import lowered
from veillee.automod.normalise import plain_words
from veillee.automod.patterns import needs, options
from veillee.automod.problems import Problem, closest
from veillee.automod.signals import SENTENCE, Signal, compose_order
from veillee.automod.spelling import Lexicon
from veillee.automod.written import LINE as LINE

CONTEXT = ("author_is_minor", "in_private", "is_newcomer", "is_pseudonym", "is_title", "reader_is_minor")
"""Booleans that a condition may use beside its signals."""

_SIGNAL_KEYS = {
    "terms", "patterns", "raw", "any", "near", "sequence", "words", "across", "except", "except_words",
    "except_before", "except_after", "model", "above",
}  # fmt: skip
_PARTS = {"lists", "signals", "rules", "examples", "spelling", "units", "articles", "ordinary", "everyday"}
_PROOFS = ("must_catch", "must_pass")
_LITERAL = re.compile(r"(?<![^ (:|^])([a-z]{2,})(\??)(?=[ |)$]|$)")
_PLAIN_WORD = re.compile(r"(?<![\w*@$#.'-])[a-z]{2,}(?![\w*@$#'-])")
_GIVE = "give it `terms`, `patterns`, `raw`, or one of `any`, `near`, `sequence`"
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_MACRO = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_GAP = re.compile(r"<(\d+)> ")
_TAIL = re.compile(r" <(\d+)>(?=\$?$|[|)])")


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

    def __init__(self, models: Collection[str] | None = None) -> None:
        """`models` are the learners there are; None: no signal that asks one ever fires, and none is refused."""
        self._models = models
        self.problems: list[Problem] = []
        self.signals: dict[str, Signal] = {}
        self.lines: list[Lines] = []
        self._places: dict[str, tuple[str, int]] = {}
        self._lists: dict[str, dict[str, list[str]]] = {}
        self._shared: dict[str, dict[str, str]] = {}
        self._written: dict[str, tuple[str, int, str]] = {}
        self._choices: dict[tuple[str, str], str] = {}
        self._spelling: dict[str, str] = {}
        self._words: dict[str, set[str]] = {"units": set(), "articles": set(), "ordinary": set()}
        self._examples: list[str] = []
        self.everyday: list[str] = []

    def wrong(self, file: str, line: int, what: str, remedy: str) -> None:
        """Note a problem and go on."""
        self.problems.append(Problem(file, line, what, remedy))

    def document(self, name: str, text: str) -> dict[str, Any]:
        """One pack parsed, or an empty one and a problem."""
        try:
            document = written.read(text)
        except yaml.MarkedYAMLError as error:
            self.wrong(name, *written.unreadable(error))
            return {}
        except yaml.YAMLError:
            self.wrong(name, 1, "not YAML", "save the file as UTF-8 text")
            return {}
        if not isinstance(document, dict):
            self.wrong(name, 1, "not a pack", "start with `rules:`, `signals:` or `lists:`")
            return {}
        for key in document.keys() - _PARTS - {LINE}:
            self.wrong(name, document[LINE].of(key), f"unknown part `{key}`", f"a pack has {', '.join(sorted(_PARTS))}")
        return document

    def declare(self, name: str, document: dict[str, Any]) -> None:
        """Take the shared lists and signals of a pack; those of the folder `any` are seen everywhere."""
        folder = name.split("/")[0]
        for key, words in self._entries(name, document, "lists"):
            if not isinstance(words, list):
                line = document["lists"][LINE].of(key)
                self.wrong(name, line, f"list `{key}` is not a list", "write a list: `- word` lines below its name")
                continue
            if key in self._lists.setdefault(folder, {}):
                line = document["lists"][LINE].of(key)
                self.wrong(name, line, f"list `{key}` is declared twice", "give it another name, or join the two")
            self._lists[folder][key] = [str(word) for word in words]
        for key, value in self._entries(name, document, "signals"):
            if key in self._shared.setdefault(folder, {}):
                self.wrong(name, value.get(LINE, 1), f"signal `{key}` is declared twice", "give it another name")
            self._shared[folder][key] = f"{folder}/{key}"
        for typed, meant in self._entries(name, document, "spelling"):
            self._spelling[plain_words(str(typed))] = plain_words(str(meant))
        for part, words in self._words.items():
            words.update(word for text in document.get(part) or () for word in plain_words(str(text)).split())
        said = document.get("everyday") or []
        if not isinstance(said, list) or not all(isinstance(line, str) for line in said):
            self.wrong(
                name, document[LINE].of("everyday"), "`everyday` is no list of lines", 'write `- "a line"` below it'
            )
            said = []
        self.everyday.extend(said)
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
            line = document[LINE].of(part)
            self.wrong(name, line, f"`{part}` is not a mapping", f"write `{part}:` and then `name:` lines")
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
            self.wrong(name, document[LINE].of("rules"), "`rules` is not a list", "write every rule after a dash")
            return []
        for values in entries:
            if not isinstance(values, dict):
                line = document[LINE].of("rules") + 1
                self.wrong(name, line, "a rule is not a mapping", "write `- id: …` and its fields below")
                continue
            for proof in _PROOFS:
                if isinstance(values.get(proof), list):
                    self._examples.extend(map(str, values[proof]))
            own = values.get("signals") or {}
            rule_id = str(values.get("id", "?"))
            if not isinstance(own, dict):
                line = values[LINE].of("signals")
                self.wrong(name, line, f"`signals` of {rule_id} is not a mapping", "write `name:` lines")
                own = {}
            scope = {**outer, **{key: f"{rule_id}/{key}" for key in own if key != LINE}}
            for key, value in own.items():
                if key != LINE and not isinstance(value, dict):
                    self.wrong(name, own[LINE].of(key), f"signal `{key}` finds nothing", _GIVE)
                elif key != LINE:
                    self._signal(name, value, f"{rule_id}/{key}", key, scope, folder, glued=True)
            drafts.append(Draft(name, values, scope))
        return drafts

    def _signal(
        self, file: str, value: Any, full: str, key: str, scope: dict[str, str], folder: str, *, glued: bool = False
    ) -> None:
        if not isinstance(value, dict):
            self.wrong(file, 1, f"signal `{key}` is not a mapping", _GIVE)
            return
        line = value[LINE]
        self.signals[full] = Signal(full)  # so that whoever uses it is not told of it a second time
        self._places[full] = (file, line)
        if not _NAME.match(key) or key in CONTEXT:
            self.wrong(
                file, line, f"`{key}` is no name for a signal", "choose another name, of lower case letters and _"
            )
        for unknown in value.keys() - _SIGNAL_KEYS - {LINE}:
            self.wrong(file, line, f"unknown key `{unknown}` in signal `{key}`", closest(unknown, _SIGNAL_KEYS))
        how = [way for way in ("any", "near", "sequence") if way in value]
        if len(how) > 1 or not (how or {"terms", "patterns", "raw", "model"} & value.keys()):
            self.wrong(file, line, f"signal `{key}` finds nothing", _GIVE)
            return
        for way in (*how, "except"):
            if not isinstance(value.get(way, []), list):
                self.wrong(file, line, f"`{way}` of signal `{key}` is not a list", f"write a list: `{way}: [name]`")
                return
        parts = [self._part(file, full, part, scope, n) for n, part in enumerate(value[how[0]])] if how else []
        excepted = [str(part) for part in value.get("except", [])]
        for part in (*parts, *excepted):
            if part not in scope and part not in self.signals:
                self.wrong(file, line, f"signal `{key}` uses `{part}`, which is not declared", _undeclared(part, scope))
        apart = []
        for way in ("words", "except_words", "except_before", "except_after"):
            number = _words(value.get(way, 4 if way == "words" else 0))
            if number is None:
                remedy = "write a number of words, as `words: 3`, or `sentence`"
                self.wrong(file, line, f"`{way}` of signal `{key}` is no number", remedy)
                return
            apart.append(number)
        words, around, before, after = apart
        model, above = str(value.get("model", "")), value.get("above", 1.0)
        if model and (not isinstance(above, int | float) or not 0 < above < 1):
            self.wrong(file, line, f"`above` of signal `{key}` is no share", "write a number between 0 and 1, as 0.9")
            return
        if model and self._models is not None and model not in self._models:
            self.wrong(file, line, f"signal `{key}` asks the model `{model}`", closest(model, self._models))
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
            except_before=before or around,
            except_after=after or around,
            glued=glued,
            model=model,
            above=float(above),
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
            if "{" in text:
                remedy = "declare the list under `lists:`, or write the word itself"
                self.wrong(file, line, f"term `{text}` of `{key}` names no list", remedy)
                continue
            if not bare or "*" in text.rstrip("*"):
                remedy = "write a word; a star may stand at its end, for every ending"
                self.wrong(file, line, f"term `{text}` of `{key}` can never be found", remedy)
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
                    self.wrong(
                        file, line, f"pattern uses list `{macro}`, which is not declared", "declare it under `lists:`"
                    )
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
                re2.compile(text, options())
                needs(text)
            except re2.error as error:
                self.wrong(file, line, f"pattern `{entry}` is not RE2", _refused(str(error)))

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

    def cycles(self) -> bool:
        """Refuse a signal that leads back to itself; answers whether there is one."""
        looping = compose_order(self.signals)
        if looping is not None:
            file, line = self._places.get(looping, (looping.split("/")[0], 1))
            self.wrong(file, line, f"signal `{looping}` is made of itself", "break the circle: take one part away")
        return looping is not None


def _undeclared(name: str, known: Any) -> str:
    return f"{closest(name, known)}; each has to be declared under `signals:`"


def _refused(error: str) -> str:
    """What to do about a pattern that RE2 refuses."""
    if "perl operator" in error:
        return "no look-around, no back-reference here: take such matches away with `except`"
    if "missing" in error or "unmatched" in error or "unexpected" in error:
        return f"every bracket that opens has to close ({error})"
    return f"write it otherwise ({error})"


def _words(value: Any) -> int | None:
    """A number of words, `sentence` as one, or None."""
    if value == "sentence":
        return SENTENCE
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
