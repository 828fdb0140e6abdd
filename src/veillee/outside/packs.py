"""Reads packs of rules from where they lie, so that the judging room need not touch a file."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def shipped() -> dict[str, str]:
    """The packs that come with Veillée, as `{"fr/hate.yaml": text}`."""
    return _read(files("veillee.automod").joinpath("packs"))


def folder(path: Path) -> dict[str, str]:
    """The packs under a folder (`<language>/<topic>.yaml`). Raises OSError, and ValueError for what is no UTF-8."""
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is not a folder of packs")
    return _read(path)


def chosen(path: Path | None) -> dict[str, str]:
    """The packs of a folder, or those that ship where it is None. Raises as `folder`."""
    return shipped() if path is None else folder(path)


def _read(root: Traversable) -> dict[str, str]:
    found = {}
    for language in sorted(root.iterdir(), key=lambda entry: entry.name):
        if language.is_dir():
            for pack in sorted(language.iterdir(), key=lambda entry: entry.name):
                if pack.name.endswith((".yaml", ".yml")):
                    found[f"{language.name}/{pack.name}"] = pack.read_text(encoding="utf-8")
    return found
