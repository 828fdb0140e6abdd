"""What is compiled on demand: the load generator and the floor, into .cache/peers/, again when a source is newer."""

from __future__ import annotations

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / ".cache" / "peers"
FLAGS = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Werror")
SOURCES = {"load": ("load.c", "wires.c", "cpu.c"), "floor": ("floor.c",)}


def program(name: str, folder: Path = CACHE) -> Path:
    """The compiled program `load` or `floor`. `RuntimeError` holds what the compiler said."""
    sources = [HERE / source for source in SOURCES[name]]
    compiled = folder / name
    newest = max(path.stat().st_mtime for path in [*sources, HERE / "load.h"])
    if compiled.is_file() and compiled.stat().st_mtime > newest:
        return compiled
    folder.mkdir(parents=True, exist_ok=True)
    answer = subprocess.run(["cc", *FLAGS, *sources, "-o", compiled], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise RuntimeError(f"{name} did not compile: {answer.stderr}")
    return compiled
