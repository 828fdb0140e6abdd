"""The servers that are compared, each with the configuration it is started with."""

from __future__ import annotations

from pathlib import Path

from bench.peers import ours
from bench.peers.build import program
from bench.peers.running import Peer


def _floor(_: Path, port: int) -> list[str]:
    return [str(program("floor")), str(port)]


FLOOR = Peer("floor", "lines", _floor, note="bare C, epoll, one `send` per delivery of a line encoded once")
VEILLEE = Peer("veillee", "veillee", ours.command, note="judges with the full packs, stores with `synchronous=FULL`")
PEERS = (FLOOR, VEILLEE)
