"""Whole servers as processes of their own: started, asked, stopped by their own id."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)")


@dataclass
class Running:
    """A server that printed its address; `said` is what it wrote up to there."""

    process: subprocess.Popen[str]
    base: str
    said: str

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextlib.contextmanager
def running(*arguments: str, environment: dict[str, str] | None = None, until: str = "http") -> Iterator[Running]:
    """`python -m veillee ARGUMENTS`, once a line with its address and then one with `until` came out."""
    process = subprocess.Popen(
        [sys.executable, "-m", "veillee", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | (environment or {}),
    )  # fmt: skip
    said: list[str] = []
    base = ""
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            base = base or (found[1] if (found := ADDRESS.search(line)) else "")
            if base and until in line:
                break
        else:
            raise AssertionError(f"it ended without an address:\n{''.join(said)}")
        yield Running(process, base, "".join(said))
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
