"""Veillée as a peer: the quiet demo with rooms of the load's names, no throttles, everything else as shipped."""

from __future__ import annotations

import asyncio
import sys
import time
from itertools import product
from pathlib import Path

from bench.peers.running import Absent, Running
from bench.server import UNTHROTTLED, ready
from veillee.cli.people import address, enter

ROOMS = 200
_MORE_ROOMS = f"""
from veillee.cli import scenes
scenes.SCENES = (*scenes.SCENES, *(
    scenes.Scene(f"r{{number}}", f"Salon {{number}}", "", "", "fr", (), ()) for number in range({ROOMS})
))
"""
_SYLLABLES = ["ba", "do", "fe", "ga", "ku", "le", "mi", "na", "pe", "ro", "se", "ta", "vu", "zo"]


def command(_: Path, port: int) -> list[str]:
    """Start it on a port."""
    return [sys.executable, "-c", _MORE_ROOMS + UNTHROTTLED, "demo", "--quiet", "--port", str(port)]


def pseudonyms(count: int, first: int = 0) -> list[str]:
    """So many, 17,000 at most, of a list of names which nobody would take for one another."""
    names = ["".join(parts).capitalize() for parts in product(_SYLLABLES, repeat=5)][::31]
    if first + count > len(names):
        raise ValueError(f"there are {len(names)} names")
    return names[first : first + count]


async def _admit(port: int, count: int, first: int) -> list[str]:
    gate = asyncio.Semaphore(8)

    async def one(index: int, name: str) -> str:
        async with gate:
            return await enter("127.0.0.1", port, address(index), name)

    return list(await asyncio.gather(*(one(first + at, name) for at, name in enumerate(pseudonyms(count, first)))))


def tokens_of(server: Running, count: int) -> Path:
    """The tokens of so many guests or more, one a line; those who are not in yet enter over HTTP, as people do.

    Raises `Absent` where the server never becomes ready.
    """
    until = time.monotonic() + 60
    while not ready(server.port):
        if time.monotonic() > until:
            raise Absent("/readyz does not answer 200")
        time.sleep(0.1)
    path = server.tokens or server.folder / "tokens"
    if server.admitted < count:
        more = asyncio.run(_admit(server.port, count - server.admitted, server.admitted))
        with path.open("a", encoding="ascii") as file:
            file.writelines(f"{token}\n" for token in more)
        server.tokens, server.admitted = path, count
    return path
