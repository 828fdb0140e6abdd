"""Where things lie: the paths that the architecture tests look at."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "veillee"


def modules() -> list[Path]:
    """Every Python file of the package, sorted."""
    return sorted(PACKAGE.rglob("*.py"))


def tracked() -> list[Path]:
    """Every file that git has or would take (ignored ones left out), sorted."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return sorted(ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file())
