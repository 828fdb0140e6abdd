"""A server under load: started on a free port, bound to one processor, stopped with everything it started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.server import free_port

SERVER_CPU, LOAD_CPU = 0, 1


@dataclass(frozen=True, slots=True)
class Peer:
    """A server to compare. `start` fills a folder of its own and answers the command for a port; `wire` is what the
    load speaks; `program` must be on the path, `package` is where it comes from; `note` stands below the table;
    `settle_s` is how long it needs to notice that everybody has gone."""

    name: str
    wire: str
    start: Callable[[Path, int], list[str]]
    program: str = ""
    package: str = ""
    note: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    patience_s: float = 60
    settle_s: float = 0.5
    leaves_out: frozenset[str] = frozenset()


@dataclass(slots=True)
class Running:
    """A started server: its process, whose descendants count as well, its port, and its folder.

    `said` is how many messages it has been sent, `tokens` what lets the first `admitted` people in (Veillée only).
    """

    peer: Peer
    pid: int
    port: int
    folder: Path
    said: int = 0
    admitted: int = 0
    tokens: Path | None = None

    def freeze(self) -> None:
        """Stop it in its tracks while another is measured."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: int) -> None:
        for pid in descendants(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, what)

    def memory(self) -> int:
        """KiB resident in the server's processes together, each page shared by several counted once (PSS)."""
        return sum(_pss(pid) for pid in descendants(self.pid))


class Absent(Exception):
    """A server cannot be started here; the message says why."""


def bound(cpu: int) -> list[str]:
    """What to put before a command so that it, and what it starts, runs on one processor."""
    return ["taskset", "-c", str(cpu)] if (os.cpu_count() or 1) > 1 else []


def descendants(root: int) -> list[int]:
    """A process and everything below it, by number."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    family, grew = {root}, True
    while grew:
        young = {pid for pid, parent in parents.items() if parent in family} - family
        family |= young
        grew = bool(young)
    return sorted(family)


def _pss(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


@contextmanager
def running(peer: Peer) -> Iterator[Running]:
    """Start a peer and wait until its port answers; afterwards stop it and all it started. Raises `Absent`."""
    if peer.program and shutil.which(peer.program) is None:
        raise Absent(f"{peer.program} is not installed (package {peer.package})")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="peer-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        command = [*bound(SERVER_CPU), *peer.start(folder, port)]
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                start_new_session=True,
                env={**os.environ, "HOME": name, **peer.environment},
            )
        try:
            _wait(process, port, folder, peer.patience_s)
            yield Running(peer, process.pid, port, folder)
        finally:
            _stop(process)


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path, patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        if process.poll() is not None or time.monotonic() > until:
            said = (folder / "output").read_text("utf-8", "replace")[-600:]
            raise Absent(f"did not start (exit code {process.poll()}): {said}")
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    family = descendants(process.pid)
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
