"""How the CPU of a server grows with the size of a room, the number of rooms, the number of connections."""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bench.peers.load import run
from bench.peers.plot import Series
from bench.peers.running import Running, running
from bench.peers.servers import FLOOR, VEILLEE

HEARTBEAT_S = 25
"""A round of Veillée's heartbeat: what connections cost that say nothing shows over a whole one."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What grows: `points` on the axis called `title`, and the load's options for one of them; `seconds` if a run must
    last that long."""

    name: str
    title: str
    points: tuple[int, ...]
    options: dict[str, Any]
    conns_a_point: int = 1
    rooms_a_point: int = 0
    rate_a_point: float = 0
    seconds: float = 0

    def load(self, point: int) -> dict[str, Any]:
        """The options of one point."""
        grown = {"conns": point * self.conns_a_point}
        if self.rooms_a_point:
            grown["rooms"] = point * self.rooms_a_point
        rate = {"rate": point * self.rate_a_point} if self.rate_a_point else {}
        return {**self.options, **grown, **rate}


GROWTHS = (
    Growth("room", "people in one room, 10 messages/s", (50, 250, 500, 1000, 1500, 2000), {"rate": 10}),
    Growth("rooms", "rooms of 10, 1 message/s each", (10, 50, 100, 150, 200), {}, 10, 1, 1),
    Growth("connections", "connections in 100 rooms, nobody speaks", (1000, 2500, 5000, 7500, 10000),
           {"rooms": 100, "rate": 0, "warm": 0}, seconds=HEARTBEAT_S),
)  # fmt: skip


def straightness(points: list[tuple[float, float]]) -> tuple[float, float, float]:
    """The straight line nearest to some points: its slope, its height at 0, and R², 1 where they lie on it."""
    slope, height = statistics.linear_regression([x for x, _ in points], [y for _, y in points])
    mean = statistics.fmean(y for _, y in points)
    whole = sum((y - mean) ** 2 for _, y in points)
    off = sum((y - slope * x - height) ** 2 for x, y in points)
    return slope, height, 1 - off / whole if whole else 1.0


def grow(growth: Growth, seconds: float, repeat: int) -> list[Series]:
    """Milliseconds of CPU a second at each point, of Veillée and of the floor in turn; medians."""
    found: dict[str, list[tuple[float, float]]] = {VEILLEE.name: [], FLOOR.name: []}
    with ExitStack() as stack:
        servers: list[Running] = [stack.enter_context(running(peer)) for peer in (VEILLEE, FLOOR)]
        for server in servers:
            server.freeze()
        for point in growth.points:
            for server in servers:
                server.thaw()
                lasting = growth.seconds or seconds
                runs = [run(server, **{"seconds": lasting, **growth.load(point)}) for _ in range(repeat)]
                server.freeze()
                used = statistics.median(figures["cpu_s"] / figures["seconds"] * 1e3 for figures in runs)
                found[server.peer.name].append((point, used))
    return [Series(name, points) for name, points in found.items()]
