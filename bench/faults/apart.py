"""A network namespace of its own for one process, with three cables to the rest of the machine (Linux, as root)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

CABLES = ("people", "store", "bus")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@dataclass(frozen=True, slots=True)
class Cable:
    """The outer end of a cable into a namespace; a cut drops packets, and nobody is told."""

    device: str

    def cut(self) -> None:
        """From now on nothing arrives."""
        _ip("link", "set", self.device, "down")

    def mend(self) -> None:
        """As before the cut."""
        _ip("link", "set", self.device, "up")


class Apart:
    """The namespace. `hosts` are the addresses of this side of each cable, `inside` is where people find the process,
    `command` is what a process is started under."""

    def __init__(self) -> None:
        self._name = f"veillee-{os.getpid()}"
        self.hosts = {name: f"10.203.{number}.1" for number, name in enumerate(CABLES)}
        self.inside = "10.203.0.2"
        self.command: Sequence[str] = ("ip", "netns", "exec", self._name)

    def __enter__(self) -> Apart:
        _ip("netns", "add", self._name)
        try:
            _ip("-n", self._name, "link", "set", "lo", "up")
            for number, name in enumerate(CABLES):
                outer, inner = f"vf{number}o{os.getpid()}", f"vf{number}i{os.getpid()}"
                _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", self._name)
                _ip("addr", "add", f"{self.hosts[name]}/30", "dev", outer)
                _ip("link", "set", outer, "up")
                _ip("-n", self._name, "addr", "add", f"10.203.{number}.2/30", "dev", inner)
                _ip("-n", self._name, "link", "set", inner, "up")
        except BaseException:
            _ip("netns", "del", self._name)
            raise
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        _ip("netns", "del", self._name)

    def cables(self) -> dict[str, Cable]:
        """The cables to the store and to the bus."""
        return {name: Cable(f"vf{CABLES.index(name)}o{os.getpid()}") for name in ("store", "bus")}
