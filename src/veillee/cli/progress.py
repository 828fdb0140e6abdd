"""A bar on a terminal, plain lines elsewhere, nothing where only the result is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

WIDTH = 24


class Progress:
    """Steps by name, one after the other. Written to `out`, which is standard error: the result stands alone."""

    def __init__(self, out: TextIO, names: Sequence[str], *, silent: bool = False) -> None:
        self._out = out
        self._names = names
        self._begun = 0
        self._bar = out.isatty() and not silent
        self._silent = silent

    def step(self) -> None:
        """The next step starts, and the one before is done."""
        name, done, total = self._names[self._begun], self._begun, len(self._names)
        self._begun += 1
        if self._bar:
            filled = WIDTH * done // total
            self._out.write(f"\r\x1b[K[{'█' * filled}{'·' * (WIDTH - filled)}] {done}/{total}  {name}")
        elif not self._silent:
            self._out.write(f"{done + 1}/{total}  {name}\n")
        self._out.flush()

    def finish(self) -> None:
        """Everything is done, or nothing more will be: the bar goes."""
        if self._bar:
            self._out.write("\r\x1b[K")
            self._out.flush()
