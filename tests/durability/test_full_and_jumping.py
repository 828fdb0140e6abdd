"""A full disk, and a clock that jumps, under one process in the middle of talk: `bench/faults`, small."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.faults.full import Bounded
from bench.faults.injections import filled
from bench.faults.office import ask
from bench.faults.people import enter
from bench.faults.place import CLOCKED, Alone, alone
from bench.faults.run import Tempo, under

pytestmark = pytest.mark.processes

BRISK = Tempo(every=0.4, before=0.5, after=0.5, forbidden=4)
PEOPLE = 8


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Alone]:
    """One process under a clock of its own, on a disk of its own."""
    with alone(Bounded(tmp_path / "disk"), ["accueil", "cafe"], tmp_path / "log", CLOCKED) as server:
        yield server


async def test_a_full_disk_loses_nothing_that_was_acknowledged(server: Alone) -> None:
    """While nothing can be written everybody is told to try again and can read; with room again, all goes through."""
    people = await enter(server.url, PEOPLE, server.rooms)
    outcome = await under(server, people, "disk-full", filled(1.5), BRISK)
    assert outcome.wrong == []
    assert len(outcome.backs) == PEOPLE
    assert {person.refusal["c"] for person in people} <= {"internal", "blocked_content"}
    assert outcome.closes.total() == 0


async def test_nobody_enters_while_the_disk_is_full(server: Alone) -> None:
    """The door says that it cannot now, and when to try again; later it lets the same person in."""
    server.disk.fill(server.process.id)
    async with httpx.AsyncClient(base_url=server.url) as http:
        body = {"nick": "Lune42", "rules": True}
        while (answer := await http.post("/api/v1/enter", json=body)).status_code == 201:
            http.cookies.clear()
            body["nick"] = f"{body['nick']}b"[-20:]
        assert answer.status_code == 503
        assert answer.json()["err"]["retry"] > 0
        server.disk.free(server.process.id)
        assert (await http.post("/api/v1/enter", json=body)).status_code == 201


@pytest.mark.parametrize("first", [signal.SIGUSR1, signal.SIGUSR2], ids=["forward", "back"])
async def test_a_clock_that_jumps_stops_nobody(server: Alone, first: signal.Signals) -> None:
    """An hour forward, or an hour back: everybody goes on talking, and no connection is closed."""

    async def jump(there: Alone) -> None:
        there.process.signal(first)

    people = await enter(server.url, PEOPLE, server.rooms)
    outcome = await under(server, people, "clock", jump, BRISK)
    assert outcome.wrong == []
    assert outcome.backs == []
    assert outcome.closes.total() == 0


async def test_a_clock_that_jumps_locks_nobody_out(server: Alone) -> None:
    """Somebody who had just connected was closed with 4401 when the clock was set forward, which tells a client to stop
    for good; silence is measured with a clock that does not jump."""
    [guest] = await enter(server.url, 1, server.rooms)
    url = f"ws://127.0.0.1:{server.process.port}/ws"
    async with connect(url, subprotocols=[Subprotocol("veillee.v1")], compression=None) as socket:
        server.process.signal(signal.SIGUSR1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.wait_closed(), 2)
        assert (await ask(socket, 1, c="hello", v=1, tok=guest.token))["me"]
