"""Many people who are in and say nothing: what one costs in memory, and how long a newcomer waits meanwhile."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

from bench.peers.load import Failed, Figures, held
from bench.peers.ours import pseudonyms
from bench.peers.running import Absent, Peer, Running, running
from bench.peers.table import number
from veillee.cli.people import Person, address, enter

A_ROOM = 100
"""People in one room, so that rooms are no figure of this."""
NEWCOMERS = 50
WARM = 20
ENTERING = 256
"""At once, while the house fills."""
_SETTLE_S = 2.0


async def _newcomers(port: int, first: int) -> list[float]:
    """Seconds for each newcomer of Veillée, one after the other: enter over HTTP, connect, say hello, join."""
    loop = asyncio.get_running_loop()
    host, waits = f"127.0.0.1:{port}", []
    for at, name in enumerate(pseudonyms(NEWCOMERS, first)):
        began, source = time.perf_counter(), address(first + at)
        token = await enter("127.0.0.1", port, source, name)
        _, person = await loop.create_connection(lambda: Person(host), "127.0.0.1", port, local_addr=(source, 0))
        await person.greet(token)
        await person.ask("join", r="accueil")
        waits.append(time.perf_counter() - began)
        person.close()
    return waits


def _filled(server: Running, conns: int) -> Figures:
    rooms = max(1, conns // A_ROOM)
    with held(server, WARM, rooms=1):
        time.sleep(_SETTLE_S)
    before = server.memory()
    with held(server, conns, first=WARM, rooms=rooms, entering=ENTERING) as all_in:
        time.sleep(_SETTLE_S)
        after = server.memory()
        first = WARM + conns
        if server.peer.wire == "veillee":
            waits = sorted(wait * 1e3 for wait in asyncio.run(_newcomers(server.port, first)))
            entry = {"entry_p50_ms": statistics.median(waits), "entry_p99_ms": waits[int(0.99 * (len(waits) - 1))]}
        else:
            with held(server, NEWCOMERS, first=first, entering=1, rooms=1) as new:
                entry = {"entry_p50_ms": new["entry_p50_ms"], "entry_p99_ms": new["entry_p99_ms"]}
    return {
        "conns": all_in["conns"],
        "kib_each": (after - before) / conns,
        "server_mib": after / 1024,
        **entry,
    }


def hold(peers: list[Peer], conns: int) -> dict[str, Figures]:
    """Each server by itself with so many people in; answers the figures by server, failures as `failed`."""
    results: dict[str, Figures] = {}
    for peer in peers:
        try:
            with running(peer) as server:
                results[peer.name] = _filled(server, conns)
        except (Absent, Failed) as error:
            results[peer.name] = {"failed": str(error)}
            print(f"  held: {peer.name}: {error}", file=sys.stderr, flush=True)
    return results


def held_table(figures: dict[str, Figures], conns: int) -> str:
    """The same as Markdown."""
    rows = [
        f"**{conns:,} people in, {A_ROOM} a room, nobody speaks**\n",
        "| | KiB of memory growth each | server in all, MiB | entry p50, ms | p99, ms |",
        "|---|---|---|---|---|",
    ]
    for name, each in figures.items():
        if "failed" in each:
            rows.append(f"| {name} | {each['failed'].splitlines()[0]} | | | |")
        else:
            shown = ("kib_each", "server_mib", "entry_p50_ms", "entry_p99_ms")
            rows.append("| " + " | ".join([name, *(number(each[figure]) for figure in shown)]) + " |")
    return "\n".join([*rows, ""])
