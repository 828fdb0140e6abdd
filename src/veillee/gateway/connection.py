"""One WebSocket connection: uvicorn hands the upgraded transport over, from there on no ASGI is involved.

RFC 6455 is spoken by `websockets`' sans-I/O core; this file moves bytes between it, the dispatch and the transport.
Backpressure: when the transport's buffer is full the link leaves its rooms, is told 4002 and resumes from its offsets
after reconnecting; nothing is kept for it beyond the buffer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any, cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from veillee.gateway.door import Door
from veillee.gateway.framing import websocket_text
from veillee.gateway.link import Link
from veillee.protocol.close_codes import CloseCode

SUBPROTOCOL = Subprotocol("veillee.v1")
LARGEST_MESSAGE = 256 * 1024
"""Beyond this the transport is closed (1009); up to it, an oversized frame is answered with `bad_frame`."""
BUFFER_BYTES = 256 * 1024
"""What may wait for one slow reader."""

_logger = logging.getLogger("veillee.websocket")
_logger.addHandler(logging.NullHandler())
_logger.propagate = False


class Connection(Link, asyncio.Protocol):
    """The protocol object of one transport; made by uvicorn for each upgrade request."""

    __slots__ = ("_closing", "_core", "_door", "_parts", "_transport", "_uvicorn")

    def __init__(self, door: Door, server_state: Any) -> None:
        Link.__init__(self, door.clock())
        self._door = door
        self._uvicorn = server_state
        self._core = ServerProtocol(
            subprotocols=[SUBPROTOCOL], select_subprotocol=_choose, max_size=LARGEST_MESSAGE, logger=_logger
        )
        self._transport: asyncio.Transport | None = None
        self._parts: list[bytes] = []
        self._closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=BUFFER_BYTES, low=0)
        self._uvicorn.connections.add(self)

    def data_received(self, data: bytes) -> None:
        self._core.receive_data(data)
        for event in self._core.events_received():
            if isinstance(event, Request):
                self._handshake(event)
            else:
                self._frame(cast(Frame, event))
        self._flush()

    def eof_received(self) -> None:
        self._core.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._uvicorn.connections.discard(self)
        self._door.heartbeat.discard(self)
        self._door.dispatch.lost(self)

    def pause_writing(self) -> None:
        self._door.slow_readers += 1
        self._door.dispatch.lost(self)
        self.close(CloseCode.SLOW_CONSUMER)

    def resume_writing(self) -> None:
        return

    def shutdown(self) -> None:
        """uvicorn stops: the client is told to come back and resume."""
        self.close(CloseCode.RESTARTING)

    def frame(self, payload: bytes) -> bytes:
        return websocket_text(payload)

    def put(self, data: bytes) -> None:
        if not self._closing and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def writer(self) -> Callable[[bytes], None] | None:
        return None if self._transport is None else self._transport.write

    def hold_reading(self, hold: bool) -> None:
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.pause_reading if hold else self._transport.resume_reading)()

    def close(self, code: CloseCode) -> None:
        if self._closing or self._transport is None:
            return
        if self._core.state is State.OPEN:
            self._core.send_close(int(code), code.name.lower())
            self._flush()
        self._closing = True
        self._door.heartbeat.closing(self)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _handshake(self, request: Request) -> None:
        response = self._core.accept(request)
        refusal = self._door.refuse(request.path, request.headers)
        if refusal is not None and response.status_code == 101:
            response = self._core.reject(refusal, "")
        self._core.send_response(response)
        if response.status_code != 101:
            self._closing = True
            return
        self.token = _cookie(request.headers.get("Cookie", ""), "veillee")
        self._core.handshake_exc = None
        self._door.heartbeat.add(self)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._parts.append(bytes(frame.data))
            if frame.fin:
                whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
                self._parts.clear()
                if not self._closing:
                    self._door.dispatch.receive(self, whole)
        elif frame.opcode is Opcode.PONG:
            self.heard_at = self._door.clock()

    def _flush(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        for data in self._core.data_to_send():
            if data:
                transport.write(data)
            else:
                transport.close()
        if self._core.close_expected() or self._core.state is State.CLOSED:
            self._door.heartbeat.closing(self)


def _choose(_: ServerProtocol, offered: Any) -> Subprotocol | None:
    return SUBPROTOCOL if SUBPROTOCOL in offered else None


def _cookie(header: str, name: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return None if morsel is None else morsel.value
