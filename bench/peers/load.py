"""One run of the load generator against a running server; its figures as they come."""

from __future__ import annotations

import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.peers.build import program
from bench.peers.ours import tokens_of
from bench.peers.running import LOAD_CPU, Running, bound
from bench.peers.texts import write_texts

Figures = dict[str, Any]


class Failed(Exception):
    """The load could not do what it was asked for; the message is its own."""


def raise_file_limit() -> int:
    """Allow this process, and what it starts, as many open files as the system permits; answers how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def _command(server: Running, folder: Path, options: dict[str, object]) -> list[str]:
    given: dict[str, object] = {
        "wire": server.peer.wire,
        "port": server.port,
        "pid": server.pid,
        "base": server.said,
        "texts": write_texts(folder / "texts"),
        **options,
    }
    if server.peer.wire == "xmpp":  # a room goes with its last member: nobody may come just then
        given["room"] = f"s{server.said // 1_000_000}r"
    if server.peer.wire == "veillee":
        given["tokens"] = tokens_of(server, int(str(options["conns"])) + int(str(options.get("first", 0))))
    return [*bound(LOAD_CPU), str(program("load")), *(f"{name}={value}" for name, value in given.items())]


def run(server: Running, **options: object) -> Figures:
    """Drive a server (options as in load.c); answers the figures. Raises `Failed`."""
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        answer = subprocess.run(
            _command(server, Path(name), options), capture_output=True, text=True, errors="replace", check=False
        )
    time.sleep(server.peer.settle_s)
    if answer.returncode != 0:
        raise Failed(answer.stderr.strip()[-400:] or f"exit code {answer.returncode}")
    figures: Figures = json.loads(answer.stdout)
    server.said += 1_000_000 if figures["sent"] < 500_000 else 3_000_000
    server.said %= 7_000_000
    return figures


@contextmanager
def held(server: Running, conns: int, **options: object) -> Iterator[Figures]:
    """So many people who are in and say nothing, for as long as the block lasts. Raises `Failed`."""
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        process = subprocess.Popen(
            _command(server, Path(name), {"conns": conns, "mode": "hold", **options}),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise Failed(process.stderr.read().strip()[-400:])
            yield json.loads(line)
            if process.poll() is not None:
                raise Failed(process.stderr.read().strip()[-400:])
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                pipe.close()
