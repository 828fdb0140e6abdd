"""The faults, by name: each is done to a place while people talk in it, and is over when it returns."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping

from bench.faults.checks import whole_history
from bench.faults.office import Stranger, ban, carried_out
from bench.faults.place import Alone, Place, Process

Inject = Callable[[Place], Awaitable[None]]
BAN_S = 40.0
"""A ban is carried out within this, once a worker that was killed is up again and its shift has run out."""


async def returned(process: Process, starts: int) -> None:
    """Wait until a process has been started more than so many times, and answers."""
    await asyncio.to_thread(process.wait_started_again, starts)


def killed(name: str) -> Inject:
    """SIGKILL to one process; its supervisor starts it again."""

    async def inject(place: Place) -> None:
        process = place.processes[name]
        starts = process.starts
        process.signal(signal.SIGKILL)
        await returned(process, starts)

    return inject


def worker_killed(name: str) -> Inject:
    """SIGKILL to the worker; while it is away somebody is banned, and is gone once it is back and has the shift."""

    async def inject(place: Place) -> None:
        worker = place.processes[name]
        stranger = await Stranger.come(place.web.url, place.addresses[-1], place.rooms[0])
        starts = worker.starts
        worker.signal(signal.SIGKILL)
        await ban(place, stranger)
        await carried_out(stranger, BAN_S)
        await returned(worker, starts)

    return inject


def postgres_killed(away: float) -> Inject:
    """SIGKILL to PostgreSQL, which is started again after so many seconds and recovers from its log."""

    async def inject(place: Place) -> None:
        await place.do(lambda: place.database.kill(signal.SIGKILL))
        await asyncio.sleep(away)
        await place.do(place.database.start)

    return inject


def valkey_killed(away: float) -> Inject:
    """SIGKILL to Valkey, which is started again, empty, after so many seconds."""

    async def inject(place: Place) -> None:
        await place.do(place.valkey.kill)
        await asyncio.sleep(away)
        await place.do(place.valkey.start)

    return inject


def cut(cable: str, seconds: float) -> Inject:
    """The network between the last gateway and the `store` or the `bus` is cut for so many seconds."""

    async def inject(place: Place) -> None:
        place.cables[cable].cut()
        await asyncio.sleep(seconds)
        place.cables[cable].mend()

    return inject


async def rolling(place: Place) -> None:
    """SIGTERM to one process after the other, each once the one before answers again."""
    for process in place.processes.values():
        starts = process.starts
        process.signal(signal.SIGTERM)
        await returned(process, starts)


def jumped(number: signal.Signals, names: frozenset[str] | None = None) -> Inject:
    """The clock of these processes (all unless named) jumps: SIGUSR1 an hour forward, SIGUSR2 an hour back."""

    async def inject(place: Place) -> None:
        for name, process in place.processes.items():
            if names is None or name in names:
                process.signal(number)

    return inject


def filled(seconds: float) -> Callable[[Alone], Awaitable[None]]:
    """The disk is full for so many seconds; meanwhile everybody can read."""

    async def inject(alone: Alone) -> None:
        process = alone.process.id
        alone.disk.fill(process)
        await asyncio.sleep(seconds)
        for room in alone.rooms:
            await whole_history(alone.url, room)
        alone.disk.free(process)

    return inject


FAULTS: Mapping[str, Inject] = {
    "kill-gateway": killed("gateway-1"),
    "kill-web": killed("web"),
    "kill-worker": worker_killed("worker"),
    "kill-postgres": postgres_killed(3),
    "kill-valkey": valkey_killed(5),
    "cut-store": cut("store", 5),
    "cut-bus": cut("bus", 5),
    "clock-forward": jumped(signal.SIGUSR1),
    "clock-back": jumped(signal.SIGUSR2),
    "clock-of-one-forward": jumped(signal.SIGUSR1, frozenset({"gateway-1"})),
    "clock-of-one-back": jumped(signal.SIGUSR2, frozenset({"gateway-1"})),
    "rolling-restart": rolling,
}
"""In the order of the campaign; a clock that went forward goes back with the next one."""
