"""Events: what has happened, as plain values. Durable ones have a place in a stream, ephemeral ones do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PERSONAL = "@me"


@dataclass(frozen=True, slots=True)
class Durable:
    """A committed event with its place `s` in a room's stream, or in a guest's personal one.

    `room` is the room's slug, or `@me` with `to` naming the guest it is for. `author` is the author's device, by
    which blocks filter; `message_id` is the message the event is about. `data` is what goes on the wire as `d`.
    """

    room: str
    s: int
    kind: str
    at: int
    data: dict[str, Any]
    author: str | None = None
    message_id: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """Something worth showing now and never again: typing, count, join, part, bye.

    `to_device` narrows it to the connections of one device; `author` as in `Durable`.
    """

    room: str
    kind: str
    data: dict[str, Any]
    author: str | None = None
    to_device: str | None = None
