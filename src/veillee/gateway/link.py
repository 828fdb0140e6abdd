"""A link: one open way to one guest, whatever carries it. What hub, dispatch and heartbeat know of a connection."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from typing import Any

from veillee.model.errors import Code, Refused
from veillee.model.event import Durable
from veillee.model.guest import Guest
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.codec import encode
from veillee.protocol.commands import AnyCommand
from veillee.protocol.session import Phase, Session

Asked = tuple[AnyCommand, "asyncio.Future[bytes | None] | None"]
"""A command, and where its answer goes if not down the link itself (SSE: the response of its POST)."""


class Link(ABC):
    """State of one conversation on one transport.

    `guest` is None until `hello`. `rooms` are the rooms joined on this link. `blocked` are the devices its guest does
    not want to see. `pending` are commands waiting their turn, each with the future that wants its answer, if any:
    they are carried out one after the other by `runner`. `early` holds the personal events that arrive while `hello`
    is still being answered; None at any other time. `slot` is where its socket stands among those that a fanout may
    write WebSocket frames to directly (gateway/sending); None for other transports.
    """

    __slots__ = (
        "blocked", "early", "guest", "heard_at", "language", "pending", "rooms", "runner", "session", "slot", "token",
    )  # fmt: skip

    def __init__(self, now: int) -> None:
        self.session = Session(now)
        self.guest: Guest | None = None
        self.token: str | None = None
        self.language = "fr"
        self.rooms: set[str] = set()
        self.blocked: frozenset[str] = frozenset()
        self.early: list[Durable] | None = None
        self.pending: deque[Asked] = deque()
        self.runner: asyncio.Task[None] | None = None
        self.heard_at = now
        self.slot: int | None = None

    @abstractmethod
    def frame(self, payload: bytes) -> bytes:
        """The payload as this transport's bytes."""

    @abstractmethod
    def put(self, data: bytes) -> None:
        """Write framed bytes; never raises, never blocks."""

    @abstractmethod
    def close(self, code: CloseCode) -> None:
        """End the connection with a code, after what was written; from here on nothing more is written."""

    @abstractmethod
    def abort(self) -> None:
        """Drop the connection without waiting for anybody."""

    @abstractmethod
    def hold_reading(self, hold: bool) -> None:
        """Stop or resume reading from the transport."""

    def missed(self, data: bytes, took: int) -> None:
        """A direct write took only so many of these bytes; only links with a `slot` hear of it."""
        raise NotImplementedError

    @property
    def over(self) -> bool:
        """Nothing more can be written: the transport is closing or gone."""
        return self.session.phase is Phase.CLOSED

    def known(self) -> Guest:
        """The link's guest; raises `unauthenticated` before `hello`."""
        if self.guest is None:
            raise Refused(Code.UNAUTHENTICATED)
        return self.guest

    def send(self, payload: bytes) -> None:
        """Write one encoded object (or several, one a line)."""
        self.put(self.frame(payload))

    def answer(self, payload: bytes) -> None:
        """Write an encoded answer, together with what follows it in this turn of the loop, if it can."""
        self.send(payload)

    def event(self, kind: str, data: dict[str, Any], room: str = "@me") -> None:
        """Write an event to this link alone."""
        self.send(encode({"e": kind, "r": room, "d": data}))
