"""The import contracts of pyproject.toml hold, and would notice if they did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, ROOT

FOR_TYPES_ONLY = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import veillee.chat"
LINT = Path(sys.executable).with_name("lint-imports")


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package under `directory`/veillee with the contracts of this tree."""
    return subprocess.run(
        [LINT, "--config", directory / "pyproject.toml", "--no-cache", "--no-logo"],
        cwd=directory, env={"PYTHONPATH": str(directory), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package copied aside, so that a test may break it."""
    shutil.copytree(PACKAGE, tmp_path / "veillee", ignore=shutil.ignore_patterns("static", "templates", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept(copy: Path) -> None:
    """Calls go down, pure rooms do no I/O, SQL and HTTP stay where they belong, no cycles."""
    result = lint(copy)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        (
            "model/clock.py",
            FOR_TYPES_ONLY,
            "Calls go down",
        ),
        ("automod/__init__.py", "def late() -> None:\n    import time", "Pure rooms do no I/O"),
        ("chat/__init__.py", "import sqlalchemy", "SQL stays in the store"),
        ("moderation/__init__.py", "import fastapi", "Only the doors know HTTP"),
        ("utils.py", "", "Calls go down"),
    ],
)
def test_a_breach_is_noticed(copy: Path, file: str, line: str, contract: str) -> None:
    """An import upwards for types only, a clock in a late import, SQL or HTTP in the wrong room, a top-level utils."""
    with (copy / "veillee" / file).open("a", encoding="utf-8") as out:
        out.write(f"\n{line}\n")
    result = lint(copy)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in result.stdout or (file == "utils.py" and "utils" in result.stdout + result.stderr)
