"""What ties the processes of one instance together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live import living, until
from tests.valkey import valkey
from veillee.bus.memory import MemoryBus
from veillee.bus.wire import AddressInvalid
from veillee.model.room import Room
from veillee.store import changes
from veillee.wiring.processes import node_name


def test_every_process_has_a_name_of_its_own() -> None:
    """Sixteen characters, drawn anew at each start."""
    names = {node_name() for _ in range(100)}
    assert len(names) == 100
    assert {len(name) for name in names} == {16}


async def test_an_instance_of_one_process_has_none_of_it(tmp_path: Path) -> None:
    """No bus but the memory, no polling, and nothing is noted for anybody."""
    async with living(tmp_path) as live:
        community = live.house.community
        assert community.processes is None
        assert isinstance(community.bus, MemoryBus)
        await live.house.community.rooms.create(Room("gare", "e1", "La gare"))
        assert await live.house.community.store.read(changes.newest) == 0


async def test_instances_that_share_a_valkey_do_not_hear_each_other(tmp_path: Path) -> None:
    """Two places, one Valkey: each has its own channels and keys."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    async with (
        valkey() as (url, _),
        living(tmp_path / "one", kind="file", bus=url) as one,
        living(tmp_path / "other", kind="file", bus=url) as other,
    ):
        buses = [each.house.community.processes.bus for each in (one, other) if each.house.community.processes]
        await until(lambda: [bus.connected for bus in buses] == [True, True])
        lune, braise = await one.talker("Lune42"), await other.talker("Braise7")
        await lune.post("Bonsoir")
        await braise.post("Bonsoir")
        assert [event["s"] for event in await braise.durable(upto=1)] == [1]
        assert one.house.community.presence.count("accueil") == 1
        assert [bus.received for bus in buses] == [0, 0]


async def test_an_address_that_is_none_is_said_so(tmp_path: Path) -> None:
    """Before anything is served."""
    with pytest.raises(AddressInvalid):
        async with living(tmp_path, bus="http://valkey"):
            raise AssertionError("it was built")
