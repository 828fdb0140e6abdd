"""Killed in the middle of a load, twenty times: what was acknowledged is there, once, in its place."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from bench.faults.checks import whole_history
from tests.durability.talkers import Crowd, Talker, enter
from tests.servers import new_instance, serving

KILLS = 20
SENDERS = 50
ROOMS = ["accueil", "cafe", "jardin"]
SEED = 20_241_123


def names(count: int) -> list[str]:
    """Pseudonyms nobody would take for one another."""
    syllables = ["bado", "feku", "lemi", "napo", "reta", "vuzo", "gabe"]
    return [f"{first.capitalize()}{second}" for first in syllables for second in [*syllables, "ora"]][:count]


async def load_until_killed(folder: Path, talkers: list[Talker], limit: int, output: Path) -> list[Talker]:
    """Start the server, let everybody talk, kill it after `limit` acknowledgements; answers the talkers."""
    with serving(["serve", str(folder)], output) as server:
        people = talkers or await enter(server.url, names(SENDERS), ROOMS)
        crowd = Crowd(limit)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(person.talk(server.port, crowd)) for person in people]
            await asyncio.wait_for(crowd.full.wait(), 30)
            server.kill()
            await asyncio.wait(tasks, timeout=2)
            for task in tasks:
                task.cancel()
        return people


@pytest.mark.processes
@pytest.mark.timeout(180)
async def test_nothing_acknowledged_is_lost_and_nothing_comes_twice(tmp_path: Path) -> None:
    """Fifty senders in three rooms, SIGKILL after a random number of acknowledgements, restart, twenty times over.

    Senders repeat what was not answered under its key, and resume from their offset: afterwards each acknowledged
    message is in the history under the acknowledged id and offset, no body is there twice, offsets have no gap, and
    what each of them saw on the way is exactly a part of that history.
    """
    chance = random.Random(SEED)
    folder = await new_instance(tmp_path / "instance", ROOMS)
    talkers: list[Talker] = []
    for number in range(KILLS):
        talkers = await load_until_killed(folder, talkers, chance.randint(30, 250), tmp_path / f"server-{number}.log")
    with serving(["serve", str(folder)], tmp_path / "server.log") as server:
        histories = {room: await whole_history(server.url, room) for room in ROOMS}

    assert [fault for talker in talkers for fault in talker.faults] == []
    assert sum(len(talker.acknowledged) for talker in talkers) > KILLS * 30
    for room, events in histories.items():
        assert [event["s"] for event in events] == list(range(1, len(events) + 1))
        bodies = Counter(event["d"]["b"] for event in events)
        assert [body for body, times in bodies.items() if times > 1] == []
        stored = {event["s"]: event["d"]["id"] for event in events}
        for talker in talkers:
            if talker.room == room:
                assert [at for at in talker.acknowledged.values() if stored.get(at[1]) != at[0]] == []
                assert [s for s, message in talker.seen.items() if stored.get(s) != message] == []
