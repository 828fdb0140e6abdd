"""The server under load: a demo without its talkers, in a process of its own, with its CPU time and memory."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
UNTHROTTLED = """
import sys
from veillee.chat import guests, messages, throttle
from veillee.protocol import limits, session
fast = throttle.Pace(burst=1_000_000, every_ms=1)
messages.SPEAKING = guests.ENTERING = fast
limits.COMMANDS_A_SECOND = 1_000_000
from veillee.cli.app import main
sys.exit(main(sys.argv[1:]))
"""
"""The command as it is, but nobody is told to slow down: what is measured is the way of a message, not patience."""


class Server:
    """A running server. `cpu` and `memory` are read from /proc: of the process with all its threads."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def cpu(self) -> float:
        """Seconds of CPU used so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> int:
        """KiB that belong to this process (proportional set size)."""
        for line in Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        raise LookupError("no Pss")

    def rooms(self) -> list[str]:
        """The slugs of the demo's rooms."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/rooms", timeout=5) as answer:
            return [room["slug"] for room in json.load(answer)["rooms"]]


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(port: int) -> bool:
    """Whether `/readyz` answers 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def running(*, throttled: bool = False, cpu: int | None = 0) -> Iterator[Server]:
    """Start a quiet demo on a free port, bound to one processor (`cpu`), and stop it afterwards."""
    port = free_port()
    start = ["-m", "veillee"] if throttled else ["-c", UNTHROTTLED]
    command = [sys.executable, *start, "demo", "--quiet", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if cpu is not None and (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(process.pid, {cpu})
        until = time.monotonic() + 60
        while not ready(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start (exit code {process.poll()})")
            time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
