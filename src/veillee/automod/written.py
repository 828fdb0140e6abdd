"""Packs as YAML, with the line of every key, and what to do about what is not YAML.

A volunteer who forgot a quote is told where it opens, not where the reader gave up.
"""

from __future__ import annotations

from typing import Any

import yaml

LINE = "__line__"
"""The key under which every mapping has its place."""


class Place(int):
    """The line of a mapping, which knows the lines of its keys too."""

    keys: dict[str, int]

    def of(self, key: str) -> int:
        """The line of a key; of the mapping where it has none of that name."""
        return self.keys.get(key, int(self))


class _Loader(yaml.CSafeLoader):
    """YAML with the line of every mapping kept; a key that stands twice is refused."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    place = Place(node.start_mark.line + 1)
    place.keys = {}
    for key, _ in node.value:
        if key.value in place.keys:
            raise yaml.constructor.ConstructorError(None, None, f"`{key.value}` stands here twice", key.start_mark)
        place.keys[str(key.value)] = key.start_mark.line + 1
    values = loader.construct_mapping(node, deep=True)
    values[LINE] = place
    return {str(key): value for key, value in values.items()}


_FAULTS = (
    ("tab character", "indent with spaces: a tab cannot stand there"),
    ("stands here twice", "keep one of them: a key that stands twice hides the other"),
    ("quoted scalar", "close the quote that opens here"),
    ("flow ", "close the bracket that opens here, and every quote inside it"),
    ("mapping values are not allowed", "put a text that holds `: ` between quotes"),
    ("expected ':'", "put a colon and a space after the key: `reason: …`"),
    ("alias", "put a word that begins with `*` or `&` between quotes"),
    ("indicator", "start every key of a rule in the same column"),
    ("block mapping", "start every key of a rule in the same column"),
)
"""What YAML complains of, and what a person does about it."""


def unreadable(error: yaml.MarkedYAMLError) -> tuple[int, str, str]:
    """Line, complaint and remedy for what is not YAML: where the fault began rather than where it was noticed."""
    said = f"{error.context or ''} {error.problem or ''}"
    began = error.context_mark if any(word in said for word in ("flow ", "quoted", "expected ':'")) else None
    mark = began or error.problem_mark
    remedy = next((remedy for fault, remedy in _FAULTS if fault in said), "quote texts that hold `:` or `#`")
    return (mark.line + 1 if mark else 1), f"not YAML ({error.problem})", remedy


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(text: str) -> Any:
    """The document in a text; each mapping has its `Place` under `LINE`. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a CSafeLoader
