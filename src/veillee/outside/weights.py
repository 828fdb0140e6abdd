"""Reads learned weights and their model cards from where they lie, so that the judging room need not touch a file."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def shipped() -> dict[str, tuple[str, bytes]]:
    """The models that come with Veillée, by name: the model card as JSON, and the weights."""
    return _read(files("veillee.automod").joinpath("models"))


def folder(path: Path) -> dict[str, tuple[str, bytes]]:
    """The models of a folder (`<name>.json` beside `<name>.bin`). Raises OSError where a file is missing."""
    return _read(path)


def _read(root: Traversable) -> dict[str, tuple[str, bytes]]:
    names = sorted(entry.name.removesuffix(".json") for entry in root.iterdir() if entry.name.endswith(".json"))
    return {
        name: (root.joinpath(f"{name}.json").read_text(encoding="utf-8"), root.joinpath(f"{name}.bin").read_bytes())
        for name in names
    }
