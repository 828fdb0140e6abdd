"""A throw-away instance for measuring: made in a folder, served by a child process, gone with the block."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from veillee.cli.demo_place import FICTITIOUS
from veillee.model.room import Room
from veillee.settings import FILE, load
from veillee.wiring.community import wall_clock
from veillee.wiring.office import office

START_S = 40.0
ROOM, CROWD = "salon", "foule"
SMALL = tuple(f"petit-{number}" for number in range(100))
CAPACITY = 20_000
_TICKS = os.sysconf("SC_CLK_TCK")


class Unmeasurable(Exception):
    """Something of this machine keeps it from being measured: `what` is a key of the words, `detail` for its blank."""

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.detail = detail


class Child:
    """The server that is measured. `cpu` and `memory` are of the process with all its threads, from /proc."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.port = port

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system."""
        fields = self._read("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> int:
        """Bytes that belong to it (proportional set size)."""
        for line in self._read("smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        raise Unmeasurable("proc")

    def _read(self, name: str) -> str:
        try:
            return Path(f"/proc/{self._process.pid}/{name}").read_text()
        except FileNotFoundError:
            raise Unmeasurable("gone") from None


async def make_instance(folder: Path) -> None:
    """An instance with a fictitious operator and the rooms that are measured."""
    own: dict[str, dict[str, object]] = {
        "instance": {"name": "Mesure", "url": "http://127.0.0.1"},
        "server": {"metrics_port": 0},
    }
    lines: list[str] = []
    for name, table in [*own.items(), *FICTITIOUS.items()]:
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items())]
    (folder / FILE).write_text("\n".join(lines) + "\n", "utf-8")
    async with office(load(folder), wall_clock) as here:
        for slug in (ROOM, CROWD, *SMALL):
            await here.rooms.create(Room(slug, "e1", slug.title(), created_at=here.clock(), capacity=CAPACITY))


@contextlib.asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Child]:
    """`veillee serve` on a free port inside this block. Raises `Unmeasurable` where it does not start."""
    log = (folder / "server.log").open("wb")
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "veillee", "serve", str(folder), "--port", "0", "--metrics-port", "0",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
    finally:
        log.close()
    try:
        yield Child(process, await _port(process, folder / "server.log"))
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _port(process: asyncio.subprocess.Process, log: Path) -> int:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            line = (await process.stdout.readline()).decode("utf-8", "replace")
    except TimeoutError:
        line = ""
    if "http://" not in line:
        said = log.read_text("utf-8", "replace").strip().splitlines()
        raise Unmeasurable("start", said[-1] if said else "")
    return int(line.rsplit(":", 1)[1])
