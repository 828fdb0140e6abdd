"""Every word a person reads on a page, in each language, from one catalogue for server pages and the client.

`words/<language>.json` holds sections of keys: {"entry": {"title": "…"}}, asked for as `entry.title`. A word that
depends on a number has two keys, `….one` and `….other`, and is asked for without the ending and with `n`. French
counts 0 and 1 as one; English only 1. `{name}` stands for a parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "words"

CLIENT_SECTIONS = ("common", "chat", "report", "connection", "card")
"""What the chat client needs; the other sections stay on the server."""

_SLOT = re.compile(r"{(\w+)}")

Catalogue = Mapping[str, Mapping[str, str]]


class UnknownWord(KeyError):
    """A key that the catalogue does not hold, in any form."""


class Wording:
    """The catalogues of all languages. Immutable after reading."""

    def __init__(self, catalogues: Mapping[str, Catalogue], default: str = "fr") -> None:
        self._flat = {
            language: {f"{section}.{key}": word for section, keys in sections.items() for key, word in keys.items()}
            for language, sections in catalogues.items()
        }
        self._sections = catalogues
        self.default = default

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Wording:
        """The catalogues below `folder`: `fr.json`, and beside it `console.fr.json` and the like with more sections."""
        catalogues: dict[str, dict[str, Mapping[str, str]]] = {}
        for path in sorted(folder.glob("*.json")):
            catalogues.setdefault(path.stem.rpartition(".")[2], {}).update(json.loads(path.read_text("utf-8")))
        return cls(catalogues)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are, the default first."""
        return (self.default, *(language for language in self._flat if language != self.default))

    def keys(self, language: str) -> frozenset[str]:
        """Every key of a language's catalogue, as `section.key`."""
        return frozenset(self._flat[language])

    def t(self, lang: str, key: str, **params: str | int) -> str:
        """The word for `key` in `lang` (the default language where `lang` is unknown), filled with `params`.

        Raises `UnknownWord` for a key that is in no catalogue: a missing word is a bug, never an empty page.
        """
        words = self._flat.get(lang) or self._flat[self.default]
        word = words.get(key)
        if word is None and "n" in params:
            word = words.get(f"{key}.{_form(lang, params['n'])}")
        if word is None:
            raise UnknownWord(key)
        return _SLOT.sub(lambda slot: str(params.get(slot[1], slot[0])), word)

    def for_client(self, lang: str, sections: Iterable[str] = CLIENT_SECTIONS) -> dict[str, dict[str, str]]:
        """The part of a catalogue that the client loads."""
        catalogue = self._sections[lang]
        return {name: dict(catalogue[name]) for name in sections if name in catalogue}

    def choose(self, *wanted: str | None, accept: str | None = None) -> str:
        """The language to speak: the first of `wanted` we have, else the best of an Accept-Language header."""
        for language in wanted:
            if language in self._flat:
                return language
        for language in _by_preference(accept or ""):
            if language in self._flat:
                return language
        return self.default


def _form(lang: str, count: str | int) -> str:
    if not isinstance(count, int):
        return "other"
    return "one" if count == 1 or (count == 0 and lang == "fr") else "other"


def _by_preference(header: str) -> list[str]:
    """Primary languages of an Accept-Language header (RFC 9110 §12.5.4), most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in header[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        wanted.append((quality, tag.split("-")[0].lower()))
    return [language for quality, language in sorted(wanted, key=lambda pair: -pair[0]) if quality > 0]
