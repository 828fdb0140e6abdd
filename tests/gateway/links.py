"""A link that keeps what it is given: a third transport beside WebSocket and SSE, for tests of what lies behind."""

from __future__ import annotations

import json
from typing import Any

from tests.doubles import START
from veillee.gateway.link import Link
from veillee.gateway.sending import CLOSED, Sockets
from veillee.model.guest import Guest
from veillee.protocol.close_codes import CloseCode


def guest(name: str, device: str | None = None) -> Guest:
    """Somebody."""
    return Guest(f"id-{name}", device or f"device-{name}", name, name.lower(), START)


SOCKETS = Sockets()
"""Where fast links have a slot: of no socket, so that whatever is sent to it comes back as missed."""


class Kept(Link):
    """`written` are the payloads, `codes` the close codes. `fast` links are written to as WebSockets are."""

    __slots__ = ("codes", "written")

    def __init__(self, name: str | None = None, *, fast: bool = False) -> None:
        super().__init__(START)
        self.written: list[bytes] = []
        self.codes: list[CloseCode | None] = []
        if fast:
            self.slot = SOCKETS.add(CLOSED)
        if name is not None:
            self.guest = guest(name)
            self.session.opened()

    def frame(self, payload: bytes) -> bytes:
        return payload

    def put(self, data: bytes) -> None:
        self.written.append(data)

    def close(self, code: CloseCode) -> None:
        self.codes.append(code)

    def abort(self) -> None:
        self.codes.append(None)

    def hold_reading(self, hold: bool) -> None:
        """Nothing is read."""

    def missed(self, data: bytes, took: int) -> None:
        self.written.append(data[took:])

    def events(self) -> list[dict[str, Any]]:
        """What was written, frame by frame, without the framing of fast and streamed groups."""
        text = b"\n".join(self.written).decode("utf-8", "replace")
        return [json.loads(line[line.index("{") :]) for line in text.split("\n") if "{" in line]
