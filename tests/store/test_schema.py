"""Bringing a file to the present schema; the revisions themselves are tested in tests/migrations."""

from __future__ import annotations

from pathlib import Path

from veillee.store import schema


def test_a_new_file_is_made_and_agrees_with_the_tables(tmp_path: Path) -> None:
    """Nothing tells the file's schema from the metadata."""
    path = tmp_path / "veillee.db"
    schema.migrate(path)
    assert schema.differences(path) == []


def test_an_older_file_differs(tmp_path: Path) -> None:
    """`differences` can fail: after the first revision alone, casework's tables are missing."""
    path = tmp_path / "veillee.db"
    schema.migrate(path, "0001")
    assert schema.differences(path)
