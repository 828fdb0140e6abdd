"""The disk comes before the answer: seen from outside, in the system calls of a running server."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.durability.talkers import enter
from tests.durability.trace import CALLS, Moment, moments
from tests.servers import new_instance, serving

SENDERS = 20
EACH = 5

ORDERLY = r"""
[pid 8] pwrite64(9</d/veillee.db-wal>, "\r\0\0trace-1 bonsoir", 4096, 32) = 4096
[pid 8] fdatasync(9</d/veillee.db-wal>) = 0
[pid 7] write(14<socket:[1]>, "\201\20{\"i\":1,\"ok\":{\"id\":\"x\"}}", 20) = 20
[pid 8] pwrite64(9</d/veillee.db-wal>, "\r\0\0trace-2 bonsoir", 4096, 64) = 4096
[pid 8] fdatasync(9</d/veillee.db-wal> <unfinished ...>
[pid 7] write(14<socket:[1]>, "\201\20{\"e\":\"count\"}", 20) = 20
[pid 8] <... fdatasync resumed>) = 0
[pid 7] write(14<socket:[1]>, "\201\20{\"i\":2,\"ok\":{\"id\":\"y\"}}", 20) = 20
"""
HASTY = r"""
[pid 8] pwrite64(9</d/veillee.db-wal>, "\r\0\0trace-1 bonsoir", 4096, 32) = 4096
[pid 8] fdatasync(9</d/veillee.db-wal> <unfinished ...>
[pid 7] write(14<socket:[1]>, "\201\20{\"i\":1,\"ok\":{\"id\":\"x\"}}", 20) = 20
[pid 8] <... fdatasync resumed>) = 0
[pid 8] pwrite64(9</d/veillee.db-wal>, "\r\0\0trace-2 bonsoir", 4096, 64) = 4096
[pid 8] fdatasync(8</d/veillee.db>) = 0
[pid 7] write(14<socket:[1]>, "\201\20{\"i\":2,\"ok\":{\"id\":\"y\"}}", 20) = 20
"""
TWO = {"trace-1 bonsoir": 1, "trace-2 bonsoir": 2}


def test_the_reader_knows_order_from_haste() -> None:
    """An answer while the sync still runs, or after a sync of another file, is found out."""
    assert all(moment.durable_first for moment in moments(ORDERLY.splitlines(), TWO).values())
    assert [moment.durable_first for moment in moments(HASTY.splitlines(), TWO).values()] == [False, False]


async def say(port: int, token: str, bodies: dict[str, int]) -> None:
    """Send these bodies under these request ids, one after the other."""
    url = f"ws://127.0.0.1:{port}/ws"
    async with connect(url, subprotocols=[Subprotocol("veillee.v1")], compression=None) as socket:
        await socket.send(json.dumps({"i": 1, "c": "hello", "v": 1, "tok": token}))
        await socket.recv()
        await socket.send(json.dumps({"i": 2, "c": "join", "r": "accueil"}))
        for body, request in bodies.items():
            await socket.send(json.dumps({"i": request, "c": "send", "r": "accueil", "k": body, "b": body}))
            while f'{{"i":{request},' not in (said := str(await socket.recv())):
                continue
            assert '"ok"' in said


@pytest.mark.processes
@pytest.mark.timeout(120)
async def test_the_log_is_on_the_disk_before_the_sender_is_told(tmp_path: Path) -> None:
    """Twenty senders at once under strace: for each message, write to the log, fdatasync of it, only then `ok`."""
    strace = shutil.which("strace")
    assert strace is not None, "strace is missing: scripts/setup dev installs it"
    folder = await new_instance(tmp_path / "instance", ["accueil"])
    written = tmp_path / "trace"
    options = ["-D", "-f", "--seccomp-bpf", "-y", "-s", "8192", "-e", "signal=none"]
    trace = [strace, *options, "-e", f"trace={CALLS}", "-o", str(written)]
    names = [
        f"{first}{second}" for first in ("Bado", "Feku", "Lemi", "Napo", "Reta") for second in ("vu", "zo", "ga", "be")
    ]
    asked: dict[str, int] = {}
    with serving(["serve", str(folder)], tmp_path / "log", before=trace) as server:
        talkers = await enter(server.url, names, ["accueil"])
        assert len(talkers) == SENDERS
        async with asyncio.TaskGroup() as group:
            for index, talker in enumerate(talkers):
                numbers = range(index * EACH, (index + 1) * EACH)
                bodies = {f"trace-{number:03} bonsoir": 1_000 + number for number in numbers}
                asked |= bodies
                group.create_task(say(server.port, talker.token, bodies))
    with written.open(encoding="utf-8", errors="replace") as lines:
        found: dict[str, Moment] = moments(lines, asked)
    assert len(found) == SENDERS * EACH
    assert {body: moment for body, moment in found.items() if not moment.durable_first} == {}
