"""Events as bytes between processes: who sent them, then their fields by place (MessagePack). Pure.

Fields are only ever added at the end, so that two versions of Veillée can run side by side while one replaces the
other: what a reader does not know it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

import msgspec

from veillee.bus.port import AnyEvent
from veillee.model.event import PERSONAL, Changed, Durable, Ephemeral, Moved

NODE_BYTES = 16
"""Length of a process's name: so many ASCII characters, at the start of each packet."""
SHARDS = 64
"""Channels of rooms and personal streams."""
HOUSE = SHARDS
"""The channel of what only processes hear of."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[list[Any]]).decode
_FIELDS: dict[int, tuple[type[Any], int]] = {0: (Durable, 8), 1: (Ephemeral, 5), 2: (Changed, 4), 3: (Moved, 6)}


class Unreadable(ValueError):
    """A packet that is none of ours."""


def pack(node: str, events: Iterable[AnyEvent]) -> bytes:
    """The packet of these events, in their order."""
    return node.encode() + _encode([_row(event) for event in events])


def sender(packet: bytes) -> bytes:
    """Whose packet it is, without reading it."""
    return packet[:NODE_BYTES]


def unpack(packet: bytes) -> list[AnyEvent]:
    """The events of a packet, in their order; kinds that this version does not know are left out. Raises
    `Unreadable`."""
    try:
        return [event for row in _decode(memoryview(packet)[NODE_BYTES:]) if (event := _event(row)) is not None]
    except (msgspec.MsgspecError, TypeError, IndexError) as error:
        raise Unreadable(type(error).__name__) from None


def shard(event: AnyEvent) -> int:
    """Which of the channels carries the event: one room, or one guest's personal stream, always the same; `HOUSE` for
    what concerns no guest's eyes."""
    if isinstance(event, Changed | Moved):
        return HOUSE
    place = event.to if isinstance(event, Durable) and event.room == PERSONAL else event.room
    return crc32((place or "").encode()) % SHARDS


def by_shard(events: Sequence[AnyEvent]) -> dict[int, list[AnyEvent]]:
    """The events by their channel, in their order in each."""
    found: dict[int, list[AnyEvent]] = {}
    for event in events:
        found.setdefault(shard(event), []).append(event)
    return found


def _row(event: AnyEvent) -> list[Any]:
    match event:
        case Durable():
            return [
                0, event.room, event.s, event.kind, event.at, event.data, event.author, event.message_id, event.to,
            ]  # fmt: skip
        case Ephemeral():
            return [1, event.room, event.kind, event.data, event.author, event.to_device]
        case Changed():
            return [2, event.kind, event.subject, event.data, event.node]
        case Moved():
            return [3, event.node, event.number, event.room, event.guest_id, event.here, event.face]


def _event(row: list[Any]) -> AnyEvent | None:
    kind, count = _FIELDS.get(row[0], (None, 0))
    if kind is None:
        return None
    fields = row[1 : count + 1]
    if kind is Moved:
        fields[5] = None if fields[5] is None else tuple(fields[5])
    event: AnyEvent = kind(*fields)
    return event
