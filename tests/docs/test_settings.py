"""The page on settings has a row for each key that the code reads, with its type and its default."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

from tests.architecture.tree import ROOT
from veillee.settings import Settings

TEXT = (ROOT / "docs/reference/settings.md").read_text("utf-8")
KINDS = {str: "text", int: "number", float: "number", bool: "yes or no", tuple: "list"}


def rows() -> list[str]:
    """Key, type and default of every setting, as the page must have them."""
    settings = Settings(Path())
    found = []
    for section in fields(Settings):
        values = getattr(settings, section.name)
        if is_dataclass(values):
            for key in fields(values):
                default = getattr(values, key.name)
                shown = list(default) if isinstance(default, tuple) else default
                told = json.dumps(shown, ensure_ascii=False)
                found.append(f"| `{section.name}.{key.name}` | {KINDS[type(default)]} | `{told}` |")
    return found


def test_every_setting_has_its_row() -> None:
    """In the order of the code, and no other has."""
    assert re.findall(r"^(\| `[\w.]+` \| [\w ]+ \| `[^`]*` \|)", TEXT, re.M) == rows()


def test_every_row_says_what() -> None:
    """A sentence."""
    said = re.findall(r"^\| `[\w.]+` \| [\w ]+ \| `[^`]*` \| (.*) \|$", TEXT, re.M)
    assert len(said) == len(rows())
    assert [sentence for sentence in said if not sentence.endswith(".") or len(sentence) < 10] == []
