"""A link: one open way to one guest, whatever carries it. What hub, dispatch and heartbeat know of a connection."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Any

from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.codec import encode
from veillee.protocol.commands import AnyCommand
from veillee.protocol.session import Session


class Link(ABC):
    """State of one conversation on one transport.

    `guest` is None until `hello`. `rooms` are the rooms joined on this link. `blocked` are the devices its guest does
    not want to see. `pending` are commands waiting their turn: they are carried out one after the other.
    """

    __slots__ = ("blocked", "guest", "heard_at", "language", "pending", "rooms", "runner", "session", "token")

    def __init__(self, now: int) -> None:
        self.session = Session(now)
        self.guest: Guest | None = None
        self.token: str | None = None
        self.language = "fr"
        self.rooms: dict[str, str] = {}
        self.blocked: frozenset[str] = frozenset()
        self.pending: deque[AnyCommand] = deque()
        self.runner: asyncio.Task[None] | None = None
        self.heard_at = now

    @abstractmethod
    def frame(self, payload: bytes) -> bytes:
        """The payload as this transport's bytes."""

    @abstractmethod
    def put(self, data: bytes) -> None:
        """Write framed bytes; never raises, never blocks."""

    @abstractmethod
    def close(self, code: CloseCode) -> None:
        """End the connection with a code, after what was written."""

    @abstractmethod
    def abort(self) -> None:
        """Drop the connection without waiting for anybody."""

    @abstractmethod
    def hold_reading(self, hold: bool) -> None:
        """Stop or resume reading from the transport."""

    @abstractmethod
    def writer(self) -> Callable[[bytes], None] | None:
        """The transport's own write for WebSocket frames, for the loop over a room; None for other transports."""

    def known(self) -> Guest:
        """The link's guest; raises `unauthenticated` before `hello`."""
        if self.guest is None:
            raise Refused(Code.UNAUTHENTICATED)
        return self.guest

    def send(self, payload: bytes) -> None:
        """Write one encoded object (or several, one a line)."""
        self.put(self.frame(payload))

    def event(self, kind: str, data: dict[str, Any], room: str = "@me") -> None:
        """Write an event to this link alone."""
        self.send(encode({"e": kind, "r": room, "d": data}))
