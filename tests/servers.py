"""Whole servers as processes of their own, for tests that kill them, trace them or throw things at them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from veillee.model.room import Room
from veillee.settings import FILE, load
from veillee.wiring.community import build_community

START_SECONDS = 40
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
INSTANCE = """
[instance]
name = "Essai"
url = "http://127.0.0.1:8400"

[server]
metrics_port = 0

[operator]
name = "Association fictive"
address = "1 rue de l'Exemple, 00000 Nulle-Part"
phone = "00 00 00 00 00"
email = "contact@exemple.invalid"
publication_director = "Camille Exemple"
host_name = "Hébergeur fictif"
host_address = "2 rue de l'Exemple, 00000 Nulle-Part"
host_phone = "00 00 00 00 01"
fictitious = true

[contacts]
authorities = "autorites@exemple.invalid"
users = "aide@exemple.invalid"
users_phone = "00 00 00 00 02"
languages = ["fr", "en"]
"""


class Serving:
    """A server that is up. `output` is a file with everything it wrote, both streams."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, output: Path) -> None:
        self.process = process
        self.port = port
        self.output = output

    @property
    def url(self) -> str:
        """Where it answers HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, closed or said."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(
    arguments: Sequence[str], output: Path, before: Sequence[str] = (), program: Sequence[str] = ("-m", "veillee")
) -> Iterator[Serving]:
    """Run `veillee ARGUMENTS --port 0`, under the command `before` if given; `program` may be
    another start of the same command. Up once it has told its address.

    Stops it in the end, with a signal that it may handle. AssertionError with its output if it does not come up.
    """
    command = [*before, sys.executable, *program, *arguments, "--port", "0"]
    with output.open("wb") as sink:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, env=os.environ | {"CI": ""}
        )
    try:
        yield Serving(process, _port(process, output), output)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], output: Path) -> int:
    until = time.monotonic() + START_SECONDS
    while (told := ADDRESS.search(output.read_text("utf-8", "replace"))) is None:
        assert process.poll() is None, output.read_text("utf-8", "replace")
        assert time.monotonic() < until, f"not up after {START_SECONDS} s: {output.read_text('utf-8', 'replace')}"
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    return int(told[1])


async def new_instance(folder: Path, rooms: Sequence[str], settings: str = INSTANCE) -> Path:
    """An instance with a fictitious operator and these rooms; answers its folder."""
    folder.mkdir()
    (folder / FILE).write_text(settings, "utf-8")
    community = await build_community(load(folder))
    for slug in rooms:
        await community.rooms.create(Room(slug, f"e-{slug}", slug.capitalize(), created_at=community.clock()))
    await community.store.close()
    return folder
