"""A whole place under fire: gateways, web and worker as processes over a PostgreSQL that keeps what it committed and a
Valkey, each started again when it dies, as systemd would."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from bench.faults.apart import Apart, Cable
from bench.faults.full import Disk
from bench.faults.people import Address
from bench.faults.wire import Target, Wire
from bench.server import free_port
from tests.postgres import Server
from tests.servers import INSTANCE, new_instance
from tests.valkey import Valkey, own_valkey
from veillee.settings import FILE

R = TypeVar("R")
START_S = 60.0
AGAIN_S = 0.2
"""Seconds between a death and the next start, as `RestartSec` in the units."""
PLAIN = ("-m", "veillee")
NOTHING: Sequence[str] = ()
CLOCKED = ("-m", "bench.faults.clock")


class Process:
    """One process of the place, always on the same port. `before` is a command that it runs under."""

    def __init__(
        self, name: str, roles: str, folder: Path, host: str = "127.0.0.1", before: Sequence[str] = (),
        program: Sequence[str] = PLAIN, log: Path | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self.host = host
        self.port = free_port()
        self.starts = 0
        self.wanted = False
        self.log = folder / "log" if log is None else log
        listen = "127.0.0.1" if host == "127.0.0.1" else "0.0.0.0"
        self._command = [
            *before, sys.executable, *program, "serve", str(folder), "--roles", roles, "--host", listen,
            "--port", str(self.port),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it answers HTTP."""
        return f"http://{self.host}:{self.port}"

    @property
    def id(self) -> int:
        """Its process id; LookupError while it does not run."""
        if self._process is None:
            raise LookupError(self.name)
        return self._process.pid

    def start(self) -> None:
        """Start it, without waiting until it is ready."""
        with self._lock:
            self.wanted = True
            self.starts += 1
            with self.log.open("ab") as out:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=os.environ | {"CI": ""}
                )

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        with self._lock:
            if self._process is not None:
                self._process.send_signal(number)

    def dead(self) -> bool:
        """Whether it ended by itself or was killed, and should not have."""
        with self._lock:
            return self.wanted and self._process is not None and self._process.poll() is not None

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_ready(self) -> None:
        """Wait until it answers; raises RuntimeError with its log if it does not."""
        until = time.monotonic() + START_S
        while not self.ready():
            if time.monotonic() > until:
                raise RuntimeError(f"{self.name} does not answer: {self.log.read_text('utf-8', 'replace')[-4000:]}")
            time.sleep(0.05)

    def wait_started_again(self, starts: int) -> None:
        """Wait until it has been started more than so many times, and answers. RuntimeError as `wait_ready`."""
        until = time.monotonic() + START_S
        while self.starts <= starts and time.monotonic() < until:
            time.sleep(0.02)
        self.wait_ready()

    def stop(self) -> None:
        """Ask it to end, wait, and do not start it again."""
        with self._lock:
            self.wanted = False
            process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Place:
    """The processes and the two servers. The last gateway stands behind cables that can be cut: `cables`."""

    def __init__(
        self, database: Server, valkey: Valkey, processes: Sequence[Process], rooms: Sequence[str], folder: Path,
        cables: Mapping[str, Wire | Cable],
    ) -> None:  # fmt: skip
        self.database = database
        self.valkey = valkey
        self.processes = {process.name: process for process in processes}
        self.rooms = rooms
        self.folder = folder
        self.cables = cables
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="place")
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    @property
    def gateways(self) -> list[Process]:
        """The processes that people connect to."""
        return [process for name, process in self.processes.items() if name.startswith("gateway")]

    @property
    def web(self) -> Process:
        """The process with pages and API."""
        return self.processes["web"]

    @property
    def url(self) -> str:
        """Where the web process answers HTTP."""
        return self.web.url

    @property
    def addresses(self) -> list[Address]:
        """Where people may connect."""
        return [(process.host, process.port) for process in self.gateways]

    async def do(self, work: Callable[[], R]) -> R:
        """Run something that blocks beside the event loop, in a thread that lives as long as the place: PostgreSQL ends
        with the thread that started it."""
        return await asyncio.wrap_future(self._hand.submit(work))

    def start(self) -> None:
        """Start everything, and a supervisor that starts again whatever dies."""
        for process in self.processes.values():
            process.start()
        for process in self.processes.values():
            process.wait_ready()
        self._watching.start()

    def close(self) -> None:
        """End all processes."""
        self._ended.set()
        if self._watching.ident is not None:
            self._watching.join()
        for process in self.processes.values():
            process.stop()
        self._hand.shutdown()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            for process in self.processes.values():
                if process.dead() and not self._ended.wait(AGAIN_S):
                    process.start()


class Alone:
    """One process with SQLite on a disk that can be full, or under a clock that can jump."""

    def __init__(self, process: Process, rooms: Sequence[str], disk: Disk) -> None:
        self.process = process
        self.rooms = rooms
        self.disk = disk
        self.url = process.url
        self.addresses: list[Address] = [(process.host, process.port)]


@contextmanager
def alone(disk: Disk, rooms: Sequence[str], log: Path, program: Sequence[str] = PLAIN) -> Iterator[Alone]:
    """One process with these rooms and everything it keeps on this disk; it writes to `log`."""
    asyncio.run(new_instance(disk.folder / "instance", rooms))
    process = Process("alone", "gateway,web,worker", disk.folder / "instance", program=program, log=log)
    try:
        process.start()
        process.wait_ready()
        yield Alone(process, rooms, disk)
    finally:
        process.stop()


@contextmanager
def standing(
    folder: Path,
    rooms: Sequence[str],
    roles: dict[str, str],
    *,
    apart: bool = False,
    program: Sequence[str] = PLAIN,
) -> Iterator[Place]:
    """A place with these rooms and processes (name to roles; names of gateways begin with `gateway`, one is `web`).

    With `apart` (root only) the last gateway runs in a network namespace of its own, reached over three cables.
    """
    with ExitStack() as stack:
        folder.mkdir(exist_ok=True)
        database = Server(durable=True)
        stack.callback(database.remove)
        valkey = stack.enter_context(own_valkey())
        asyncio.run(new_instance(folder / "first", rooms, _toml(database.url(), "")))
        socket = f"{database.folder / 'socket'}/.s.PGSQL.5432"
        far = [name for name in roles if name.startswith("gateway")][-1]
        network = stack.enter_context(Apart()) if apart else None
        ends: dict[str, Target] = {"store": socket, "bus": ("127.0.0.1", valkey.port)}
        wires = {
            name: stack.enter_context(Wire(end, "127.0.0.1" if network is None else network.hosts[name]))
            for name, end in ends.items()
        }  # fmt: skip
        processes = []
        for name, role in roles.items():
            store, bus = database.url(), valkey.url
            host, before = "127.0.0.1", NOTHING
            if name == far:
                at = {each: f"{'127.0.0.1' if network is None else network.hosts[each]}:{wire.port}"
                      for each, wire in wires.items()}  # fmt: skip
                store, bus = f"postgresql://veillee@{at['store']}/postgres", f"valkey://{at['bus']}/0"
                if network is not None:
                    host, before = network.inside, network.command
            own = folder / name
            own.mkdir()
            (own / FILE).write_text(_toml(store, bus), "utf-8")
            processes.append(Process(name, role, own, host, before, program))
        cables: Mapping[str, Wire | Cable] = wires if network is None else network.cables()
        place = Place(database, valkey, processes, rooms, folder, cables)
        with contextlib.closing(place):
            place.start()
            yield place


def _toml(store: str, bus: str) -> str:
    return f'{INSTANCE}\n[store]\nurl = "{store}"\n\n[bus]\nurl = "{bus}"\n'
