"""Events as bytes between processes."""

from __future__ import annotations

import msgspec
import pytest

from veillee.bus.packing import HOUSE, SHARDS, Unreadable, by_shard, pack, sender, shard, unpack
from veillee.model.event import Changed, Durable, Ephemeral, Moved

NODE = "0123456789abcdef"


def test_a_packet_says_whose_it_is() -> None:
    """Without being read: a process drops its own at the cost of a comparison."""
    assert sender(pack(NODE, [Ephemeral("cafe", "typing", {})])) == NODE.encode()


def test_a_room_keeps_its_channel() -> None:
    """Everything about one room takes one channel, a personal stream its guest's, what only
    processes hear of one of its own."""
    assert shard(Durable("cafe", 1, "msg", 0, {})) == shard(Ephemeral("cafe", "typing", {})) < SHARDS
    assert shard(Durable("@me", 1, "card", 0, {}, to="g")) == shard(Durable("g", 1, "msg", 0, {}))
    assert shard(Changed("room", "cafe")) == shard(Moved(NODE, 1, "cafe", "g", True)) == HOUSE
    events = [Durable(room, s, "msg", 0, {}) for s in (1, 2) for room in ("cafe", "gare")]
    assert [each.s for each in by_shard(events)[shard(events[0])] if each in events] == [1, 2]


def test_a_newer_version_is_understood() -> None:
    """While one version replaces another: unknown kinds are left out, fields that were added are not read."""
    rows = [[0, "cafe", 1, "msg", 0, {"b": "Bonsoir"}, None, "M1", None, "new field"], [99, "new kind"]]
    assert unpack(NODE.encode() + msgspec.msgpack.encode(rows)) == [
        Durable("cafe", 1, "msg", 0, {"b": "Bonsoir"}, None, "M1")
    ]


@pytest.mark.parametrize("packet", [b"", b"short", NODE.encode() + b"\xc1", NODE.encode() + b"\x91\x91\x00"])
def test_what_is_no_packet_is_said_to_be_none(packet: bytes) -> None:
    """Something else speaks on our channels: one error, by name."""
    with pytest.raises(Unreadable):
        unpack(packet)
