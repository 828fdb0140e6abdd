"""What is installed is complete: rules, words, templates and the browser libraries travel in the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.architecture.tree import PACKAGE, ROOT

CARRIED = ("automod/packs", "web/static/vendor", "web/static/js", "web/static/css", "web/templates", "web/words")


def test_the_wheel_holds_everything_that_is_read_at_run_time(tmp_path: Path) -> None:
    """Every data file of the package is in the wheel, the fetched libraries with their licences too, and no test."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {path for folder in CARRIED for path in (PACKAGE / folder).rglob("*") if path.is_file()}
    wanted = {str(path.relative_to(PACKAGE.parent)) for path in data if "__pycache__" not in path.parts}
    assert len(wanted) > 50
    assert wanted - names == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert [name for name in names if not name.startswith("veillee")] == []
