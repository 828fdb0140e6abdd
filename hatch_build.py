"""Hatchling's hooks: the run-time dependencies stand once, in requirements/runtime.in; the loop of gateway/sending.c is
compiled where a compiler is at hand, and done without where none is."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

SOURCE = Path("src", "veillee", "gateway", "sending.c")
LIBRARY = SOURCE.with_name("_sending.so")


class Dependencies(MetadataHookInterface):
    """Copies the names in requirements/runtime.in into the wheel's metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `dependencies` from the file; comments and empty lines are left out."""
        lines = Path(self.root, "requirements", "runtime.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line.strip() for line in lines if line.strip() and not line.startswith("#")]


class Compiled(BuildHookInterface[Any]):
    """Builds the library before a wheel is made or the tree installed; it knows nothing of Python's own interface, so
    that one wheel serves every version on its platform."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Leave the library in the tree and in the wheel, or neither."""
        library = Path(self.root, LIBRARY)
        library.unlink(missing_ok=True)
        if self.target_name != "wheel":
            return
        if not compiled(Path(self.root, SOURCE), library):
            self.app.display_warning("no C compiler at hand: the live door's loop runs in Python")
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
        build_data["artifacts"].append(str(LIBRARY))


def compiled(source: Path, library: Path) -> bool:
    """Whether the library could be built."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    command = [str(compiler), "-O2", "-shared", "-fPIC", "-o", str(library), str(source)]
    return compiler is not None and subprocess.run(command, check=False, capture_output=True).returncode == 0
