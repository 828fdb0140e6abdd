"""A full disk under one process with SQLite: a small file system of its own (as root), or a bound on its files."""

from __future__ import annotations

import contextlib
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

SIZE_MIB = 48
"""Of the small file system: room for an instance and an evening's talk."""
ROOM_BYTES = 16 * 1024
"""What a bounded file may still grow."""


class Disk(Protocol):
    """What the instance lies on."""

    @property
    def folder(self) -> Path:
        """A folder on it."""

    def fill(self, process: int) -> None:
        """Leave no room for the process with this id."""

    def free(self, process: int) -> None:
        """As before."""


class Small:
    """A small file system. `folder` is on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, process: int) -> None:
        """Write until there is no room left for anybody."""
        for size in (1 << 20, 1 << 12, 1 << 8):
            with contextlib.suppress(OSError), self._filler.open("ab", buffering=0) as filler:
                while filler.write(bytes(size)) == size:
                    continue

    def free(self, process: int) -> None:
        """Remove what filled it."""
        self._filler.unlink()


class Bounded:
    """No file of the process may grow beyond a little more than the write-ahead log of the instance has now."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder

    def fill(self, process: int) -> None:
        """Bound the process's files (RLIMIT_FSIZE): writing beyond fails, with another error than on a full disk."""
        size = (self.folder / "instance" / "veillee.db-wal").stat().st_size
        _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size + ROOM_BYTES, hard))

    def free(self, process: int) -> None:
        """Take the bound away."""
        _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def small(folder: Path) -> Iterator[Small]:
    """A file system of `SIZE_MIB` mounted at `folder` (root, Linux), taken away afterwards."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "none", str(folder)], check=True)
    try:
        yield Small(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
