"""Packs are found where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from veillee.outside import packs


def test_the_shipped_packs_speak_french_and_english() -> None:
    """Both languages ship with the package, named by their folder."""
    names = packs.shipped()
    assert any(name.startswith("fr/") for name in names)
    assert all(text.strip() for text in names.values())


def test_a_folder_of_packs_is_read(tmp_path: Path) -> None:
    """`--rules DIR` takes `DIR/<language>/<topic>.yaml`, and leaves other files alone."""
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "a.yaml").write_text("rules: []", encoding="utf-8")
    (tmp_path / "fr" / "notes.txt").write_text("x", encoding="utf-8")
    assert packs.folder(tmp_path) == {"fr/a.yaml": "rules: []"}


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    """A path that is no folder is told, not taken for an empty set of rules."""
    with pytest.raises(NotADirectoryError):
        packs.folder(tmp_path / "none")
