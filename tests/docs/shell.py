"""Runs the shell blocks of a document as its reader would, in an empty folder, with a short list of known commands.

Most lines run as they stand. Three kinds have a meaning of their own: `scripts/…` is checked, not run (it would start
this very test again); a server is started on a free port, must answer `/readyz`, and is stopped; `git clone` and `cd`
of the clone mean that the reader now stands in this tree.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.architecture.tree import ROOT

RUN = {"veillee", "echo", "printf", "cat", "head", "tail", "sort", "wc", "mkdir", "ls", "cp", "python"}
SERVERS = {"demo", "serve"}
READY_SECONDS = 40


def lines(text: str) -> list[str]:
    """The commands of a block: continued lines joined, comments and empty lines left out."""
    joined = text.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.strip().startswith("#")]


def programs(command: str) -> list[str]:
    """The programs of a pipeline or of a chain, in order: `a | b && c` gives a, b, c."""
    words = list(shlex.shlex(command, posix=True, punctuation_chars="|&;"))
    firsts, expect = [], True
    for word in words:
        if set(word) <= set("|&;"):
            expect = True
        elif expect and not re.fullmatch(r"\w+=.*", word):
            firsts.append(word)
            expect = False
    return firsts


def free_port() -> int:
    """A port nobody listens on at this moment, on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path) -> dict[str, str]:
    """What a reader's shell has: this tree's programs first, nothing else of ours."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "TERM": "dumb", "PYTHONPATH": str(ROOT)}


def check_script(command: str) -> None:
    """A script named in a document exists, may be run, and is readable shell or Python."""
    path = ROOT / shlex.split(command, comments=True)[0]
    assert path.is_file(), f"{path.name} does not exist"
    assert os.access(path, os.X_OK), f"{path.name} may not be run"
    if path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash"):
        subprocess.run(["bash", "-n", path], check=True)


def check_server(words: list[str], folder: Path) -> None:
    """Start `veillee demo` or `veillee serve` on a free port, wait until it is ready, stop it; it must exit with 0."""
    port = free_port()
    words = [word for index, word in enumerate(words) if word != "--port" and words[index - 1] != "--port"]
    with (folder / "server.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*words, "--port", str(port)],
            cwd=folder, env=environment(folder), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            until = time.monotonic() + READY_SECONDS
            while True:
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                    break
                log.seek(0)
                assert process.poll() is None, log.read()
                assert time.monotonic() < until, f"not ready after {READY_SECONDS} s: {log.read()}"
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) in {0, -signal.SIGTERM}
        finally:
            process.kill()
            process.wait()


def check(command: str, folder: Path) -> None:
    """Run one command of a document, or check it where running makes no sense. AssertionError says what is wrong."""
    firsts = programs(command)
    words = shlex.split(command, comments=True)
    if words[:2] == ["git", "clone"]:
        return
    if words[0] == "cd":
        target = folder / words[1]
        assert target.is_dir() or words[1] == "veillee", f"no folder {words[1]}"
        return
    if words[0].startswith(("scripts/", ".ci/")):
        check_script(command)
        return
    unknown = [first for first in firsts if first not in RUN]
    assert unknown == [], f"tests/docs/shell.py does not know {unknown}"
    if words[:3] == ["python", "-m", words[2]] and words[2].startswith("bench"):
        assert (ROOT / (words[2].replace(".", "/") + ".py")).is_file(), f"no {words[2]}"
        return
    if firsts == ["veillee"] and len(words) > 1 and words[1] in SERVERS:
        check_server(words, folder)
        return
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
