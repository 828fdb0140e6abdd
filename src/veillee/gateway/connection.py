"""One WebSocket connection: uvicorn hands the upgraded transport over, from there on no ASGI is involved.

RFC 6455 is spoken by `websockets`' sans-I/O core; this file moves bytes between it, the dispatch and the transport.
Backpressure: when the transport's buffer is full the link hears no room any more, is told 4002 and resumes from its
offsets after reconnecting; nothing is kept for it beyond the buffer. After a close frame nothing is written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from starlette.requests import cookie_parser
from websockets.datastructures import Headers
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from veillee.gateway.door import Door
from veillee.gateway.framing import websocket_text
from veillee.gateway.link import Link
from veillee.protocol.close_codes import CloseCode

COOKIE = "veillee"
SUBPROTOCOL = Subprotocol("veillee.v1")
LARGEST_MESSAGE = 256 * 1024
"""Beyond this the transport is closed (1009); up to it, an oversized frame is answered with `bad_frame`."""
BUFFER_BYTES = 256 * 1024
"""What may wait for one slow reader, beside what the kernel holds."""

_logger = logging.getLogger("veillee.websocket")
_logger.addHandler(logging.NullHandler())
_logger.propagate = False


class Connection(Link, asyncio.Protocol):
    """The protocol object of one transport; made by uvicorn for each upgrade request."""

    __slots__ = ("_closing", "_core", "_door", "_network", "_partial", "_transport", "_uvicorn")

    def __init__(self, door: Door, server_state: Any) -> None:
        Link.__init__(self, door.clock())
        self._door = door
        self._uvicorn = server_state
        self._core = ServerProtocol(
            subprotocols=[SUBPROTOCOL], select_subprotocol=_choose, max_size=LARGEST_MESSAGE, logger=_logger
        )
        self._transport: asyncio.Transport
        self._network: str | None = None
        self._partial: bytearray | None = None
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
        self._closing = True
        self._uvicorn.connections.discard(self)
        self._door.heartbeat.discard(self)
        self._door.release(self._network)
        self._network = None
        self._door.dispatch.lost(self)

    def pause_writing(self) -> None:
        """The reader is slow: the buffer is full. This is called from inside a write, maybe that of a fanout."""
        if not self._closing:
            self._door.slow_readers += 1
            self.close(CloseCode.SLOW_CONSUMER)

    def resume_writing(self) -> None:
        """The buffer is empty again: whoever was slow has been told 4002, and now sees it."""

    def shutdown(self) -> None:
        """uvicorn stops: the client is told to come back and resume."""
        self.close(CloseCode.RESTARTING)

    def frame(self, payload: bytes) -> bytes:
        return websocket_text(payload)

    def put(self, data: bytes) -> None:
        if not self._closing:
            self._transport.write(data)

    def writer(self) -> Callable[[bytes], None] | None:
        return self._transport.write

    def hold_reading(self, hold: bool) -> None:
        if not self._closing:
            (self._transport.pause_reading if hold else self._transport.resume_reading)()

    def close(self, code: CloseCode) -> None:
        if not self._closing:
            self._core.send_close(int(code), code.name.lower())
            self._flush()
            self._transport.resume_reading()  # or the answering close frame would never be read

    def abort(self) -> None:
        self._transport.abort()

    def _handshake(self, request: Request) -> None:
        headers = request.headers
        response = self._core.accept(request)
        if response.status_code == 101:
            refusal = self._door.refuse(request.path, headers.get("Origin"), _all(headers, "Host"))
            if refusal is not None:
                response = self._core.reject(refusal, f"{refusal.phrase}\n")
        self._core.send_response(response)
        self._core.handshake_exc = None  # holds the whole request
        if response.status_code != 101:
            return
        self.token = cookie_parser(_all(headers, "Cookie")).get(COOKIE)
        self._door.heartbeat.add(self)
        peer = self._transport.get_extra_info("peername")
        network = self._door.network(peer[0] if peer else "", _all(headers, "X-Forwarded-For", ","))
        if self._door.admit(network):
            self._network = network
        else:
            self.close(CloseCode.TOO_MANY_CONNECTIONS)

    def _frame(self, frame: Frame) -> None:
        if self._closing:
            return
        if frame.opcode is Opcode.CONT or (frame.opcode in (Opcode.TEXT, Opcode.BINARY) and not frame.fin):
            if self._partial is None:
                self._partial = bytearray()
            self._partial += frame.data
            if frame.fin:
                whole, self._partial = self._partial, None
                self._door.dispatch.receive(self, bytes(whole))
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._door.dispatch.receive(self, bytes(frame.data))
        elif frame.opcode in (Opcode.PING, Opcode.PONG):
            self.heard_at = self._door.clock()

    def _flush(self) -> None:
        """Write what the core has to say. Once it is closing, nothing of ours follows."""
        over = self._core.state is not State.OPEN
        if over and not self._closing:
            self._closing = True
            self._door.heartbeat.closing(self)
            self._door.dispatch.lost(self)
        for data in self._core.data_to_send():
            if self._transport.is_closing():
                return
            if data:
                self._transport.write(data)
            else:
                self._transport.close()


def _choose(_: ServerProtocol, offered: Any) -> Subprotocol | None:
    return SUBPROTOCOL if SUBPROTOCOL in offered else None


def _all(headers: Headers, name: str, between: str = "; ") -> str:
    """Every value of a header that may come several times; plain `get` refuses those."""
    return between.join(headers.get_all(name))
