"""How a WebSocket begins: uvicorn hands over the transport of an upgrade request, the handshake of RFC 6455 §4.2 is
made by `websockets`' sans-I/O core, and from then on the socket is ours: no ASGI, no transport of anybody else.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any, cast

from starlette.requests import cookie_parser
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from veillee.gateway.connection import Connection
from veillee.gateway.door import Door
from veillee.gateway.sending import own_socket

COOKIE = "veillee"
SUBPROTOCOL = Subprotocol("veillee.v1")

_logger = logging.getLogger("veillee.websocket")
_logger.addHandler(logging.NullHandler())
_logger.propagate = False


class Handshake(asyncio.Protocol):
    """The protocol object of one upgrade request, made by uvicorn; gone once it was answered."""

    def __init__(self, door: Door, server_state: Any) -> None:
        self._door = door
        self._uvicorn = server_state
        self._core = ServerProtocol(subprotocols=[SUBPROTOCOL], select_subprotocol=_choose, logger=_logger)
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        self._core.receive_data(data)
        for event in self._core.events_received():
            if isinstance(event, Request):
                self._answer(event)

    def _answer(self, request: Request) -> None:
        headers = request.headers
        response = self._core.accept(request)
        if response.status_code == 101:
            refusal = self._door.refuse(request.path, headers.get("Origin"), _all(headers, "Host"))
            if refusal is not None:
                response = self._core.reject(refusal, f"{refusal.phrase}\n")
        self._core.send_response(response)
        answer = b"".join(self._core.data_to_send())
        if response.status_code != 101:
            self._transport.write(answer)
            self._transport.close()
            return
        peer = self._transport.get_extra_info("peername")
        network = self._door.network(peer[0] if peer else "", _all(headers, "X-Forwarded-For", ","))
        token = cookie_parser(_all(headers, "Cookie")).get(COOKIE)
        try:
            own = own_socket(cast(socket.socket, self._transport.get_extra_info("socket")))
        except OSError:  # no descriptor is left: whoever is here stays, this one comes back later
            self._transport.abort()
            return
        self._transport.close()  # its descriptor, not the connection
        Connection(self._door, self._uvicorn.connections, own, token).begin(answer, network)


def _choose(_: ServerProtocol, offered: Any) -> Subprotocol | None:
    return SUBPROTOCOL if SUBPROTOCOL in offered else None


def _all(headers: Headers, name: str, between: str = "; ") -> str:
    """Every value of a header that may come several times; plain `get` refuses those."""
    return between.join(headers.get_all(name))
