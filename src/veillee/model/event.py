"""Events: what has happened, as plain values. Durable ones have a place in a stream, ephemeral ones do not; what has
changed and who has moved is told to the other processes of an instance, never to a guest."""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that processes remember has changed in the store: look it up again.

    `kind` says what (`sanction`, `block`, `guest`, `room`, `duty`, `staff`, `risk`, `rule`, `owed`), `subject` which.
    `data` is only what cannot be looked up: for `risk` the state that was written. `node` is the process it happened
    in, empty where an instance has only one.
    """

    kind: str
    subject: str
    data: dict[str, Any] = field(default_factory=dict)
    node: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A guest came to, left or is seen otherwise in a room on the process `node`.

    `number` counts that process's moves by one, so that a hole shows. `here` is whether they are in the room, `u`,
    `pseudonym` and `device` their face there, None while it must not be shown (chat/presence).
    """

    node: str
    number: int
    room: str
    guest_id: str
    here: bool
    face: tuple[str, str, str] | None = None
