"""Processes, PostgreSQL and Valkey killed, cables cut, restarts, all in the middle of talk: `bench/faults`, small.

One place stands for all tests of this file: two gateways, web and worker in one process, PostgreSQL, Valkey. The second
gateway is connected over cables that can be cut.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.faults.injections import Inject, cut, killed, postgres_killed, rolling, valkey_killed, worker_killed
from bench.faults.people import Regular, enter
from bench.faults.place import Place, standing
from bench.faults.run import Outcome, Tempo, under

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]

BACK_S = 10.0
"""Nobody is without service for longer than the fault lasts and this."""
BRISK = Tempo(every=0.4, before=0.3, after=0.3, forbidden=4)
ROLES = {"gateway-1": "gateway", "gateway-2": "gateway", "web": "web,worker"}
PEOPLE = 8


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The place, once for this file."""
    with standing(tmp_path_factory.mktemp("place"), ["accueil", "cafe"], ROLES) as place:
        yield place


_met: list[Regular] = []


async def suffer(place: Place, name: str, inject: Inject) -> Outcome:
    """Let people talk through a fault; they are others each time, and nobody may notice more than being away."""
    people = await enter(place.web.url, PEOPLE, place.rooms, len(_met))
    _met.extend(people)
    outcome = await under(place, people, name, inject, BRISK)
    assert outcome.wrong == []
    assert outcome.acknowledged > 0
    assert sum(len(person.stopped) for person in people) > 0
    assert max(outcome.backs, default=0.0) < outcome.lasted + BACK_S
    return outcome


async def test_a_gateway_is_killed(place: Place) -> None:
    """Its people are on the other one at once and resume there: nothing lost, twice, or out of order."""
    outcome = await suffer(place, "kill-gateway", killed("gateway-1"))
    assert outcome.closes[1006] == PEOPLE / 2


async def test_web_and_worker_are_killed_and_a_decision_is_carried_out(place: Place) -> None:
    """Whoever is connected does not notice. Somebody is banned while no worker runs: the decision is committed, and
    carried out once one is back and the shift of the one that died has run out."""
    outcome = await suffer(place, "kill-worker", worker_killed("web"))
    assert outcome.backs == []


async def test_postgresql_is_killed(place: Place) -> None:
    """Nobody is told `ok` while it is away; connections stay, and what was not answered goes through afterwards."""
    outcome = await suffer(place, "kill-postgres", postgres_killed(0.5))
    assert outcome.closes.total() == 0


async def test_valkey_is_killed(place: Place) -> None:
    """Rooms go on without it, and what was said elsewhere comes from the store: nobody waits for it to come back."""
    outcome = await suffer(place, "kill-valkey", valkey_killed(2.0))
    assert outcome.backs == []


async def test_the_network_to_postgresql_is_cut(place: Place) -> None:
    """One gateway cannot reach the store, the other can: the first refuses, and converges once it can."""
    await suffer(place, "cut-store", cut("store", 2.0))


async def test_the_network_to_valkey_is_cut(place: Place) -> None:
    """Neither process is told of it: what was said on the other one comes from the store."""
    outcome = await suffer(place, "cut-bus", cut("bus", 2.0))
    assert outcome.backs == []


async def test_every_process_is_restarted_in_turn(place: Place) -> None:
    """SIGTERM: people are told to come back (4001), find another gateway and resume."""
    outcome = await suffer(place, "rolling-restart", rolling)
    assert outcome.closes[4001] >= PEOPLE
    assert set(outcome.closes) == {4001}
