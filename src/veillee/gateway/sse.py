"""The same conversation where WebSocket is blocked: events down `GET /sse`, commands up `POST /cmd`.

The stream's first event is `{"e":"open","r":"@me","d":{"sid":…}}`; each command names that `sid` in the header
`Veillee-Stream` and gets its answer as the response of its POST. Without the header the guest's newest stream is
meant. Where WebSocket closes with a code, the last event is `{"e":"close","r":"@me","d":{"code":…}}`. Everything else
is as over WebSocket, except that an answer and an event travel on two connections: their order is not promised.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from veillee.gateway.door import Door
from veillee.gateway.framing import server_sent
from veillee.gateway.handshake import COOKIE
from veillee.gateway.link import Link
from veillee.model.errors import Code, Refused
from veillee.protocol import codec, limits
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.errors import body

BUFFER_BYTES = 256 * 1024
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Cookie"}


class Stream(Link):
    """A link over server-sent events: what is written waits in a bounded buffer for the response to take it."""

    __slots__ = ("_bytes", "_chunks", "_door", "_ended", "_ready", "sid")

    def __init__(self, door: Door, sid: str, token: str | None) -> None:
        super().__init__(door.clock())
        self.sid = sid
        self.token = token
        self._door = door
        self._chunks: list[bytes] = [server_sent(codec.encode({"e": "open", "r": "@me", "d": {"sid": sid}}))]
        self._bytes = 0
        self._ready = asyncio.Event()
        self._ready.set()
        self._ended = False

    def frame(self, payload: bytes) -> bytes:
        return server_sent(payload)

    def put(self, data: bytes) -> None:
        if self._ended:
            return
        self._chunks.append(data)
        self._bytes += len(data)
        self._ready.set()
        if self._bytes > BUFFER_BYTES:
            self._door.slow_readers += 1
            self.close(CloseCode.SLOW_CONSUMER)

    def hold_reading(self, hold: bool) -> None:
        """Commands come one a request: their sender waits by itself."""

    def close(self, code: CloseCode) -> None:
        if not self._ended:
            self._door.closes[int(code)] += 1
            self._chunks.append(server_sent(codec.encode({"e": "close", "r": "@me", "d": {"code": int(code)}})))
            self.abort()

    def abort(self) -> None:
        self._ended = True
        self._ready.set()
        self._door.heartbeat.discard(self)
        self._door.dispatch.lost(self)

    async def chunks(self) -> AsyncIterator[bytes]:
        """What to send, as it comes, until the link is closed."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            if self._chunks:
                data, self._chunks, self._bytes = b"".join(self._chunks), [], 0
                yield data
            if self._ended and not self._chunks:
                return


class Streams:
    """The two routes. `fresh` makes stream ids."""

    def __init__(self, door: Door, fresh: Callable[[], str]) -> None:
        self._door = door
        self._fresh = fresh
        self._open: dict[str, Stream] = {}

    def open(self) -> int:
        """How many streams are open."""
        return len(self._open)

    def routes(self) -> list[BaseRoute]:
        """To be mounted beside the HTTP door."""
        router = APIRouter(tags=["live"])
        router.add_api_route(
            "/sse", self.stream, methods=["GET"], response_class=StreamingResponse, openapi_extra=_SSE,
            summary="Events of the live door, as server-sent events",
        )  # fmt: skip
        router.add_api_route(
            "/cmd", self.command, methods=["POST"], response_class=Response, openapi_extra=_CMD,
            summary="One command of the live door, on an open stream",
        )  # fmt: skip
        return list(router.routes)

    async def stream(self, request: Request) -> Response:
        """Open a stream for whoever holds the token or cookie; it must say hello within ten seconds."""
        if not self._own(request):
            return _answer(request, Refused(Code.FORBIDDEN), HTTPStatus.FORBIDDEN)
        peer = request.client.host if request.client else ""
        network = self._door.network(peer, ",".join(request.headers.getlist("x-forwarded-for")))
        if not self._door.admit(network):
            return _answer(request, Refused(Code.RATE_LIMITED, retry=30), HTTPStatus.TOO_MANY_REQUESTS)
        link = Stream(self._door, self._fresh(), _token(request))
        return StreamingResponse(self._carry(link, network), media_type="text/event-stream", headers=_HEADERS)

    async def _carry(self, link: Stream, network: str | None) -> AsyncIterator[bytes]:
        self._open[link.sid] = link
        self._door.heartbeat.add(link)
        try:
            async for data in link.chunks():
                yield data
        finally:
            link.abort()
            self._open.pop(link.sid, None)
            self._door.release(network)

    async def command(self, request: Request) -> Response:
        """Carry out one command on an open stream; the answer is the response: 200 also for a refusal, 204 for a
        command that is not answered, 400 for a bad frame, 401 without a stream."""
        if not self._own(request):
            return _answer(request, Refused(Code.FORBIDDEN), HTTPStatus.FORBIDDEN)
        link = self._find(request)
        if link is None:
            return _answer(request, Refused(Code.UNAUTHENTICATED), HTTPStatus.UNAUTHORIZED)
        frame = bytearray()
        async for chunk in request.stream():
            frame += chunk
            if len(frame) > limits.FRAME_BYTES:
                break
        answer, good = await self._door.dispatch.ask(link, bytes(frame))
        if answer is None:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=_HEADERS)
        return Response(answer, HTTPStatus.OK if good else HTTPStatus.BAD_REQUEST, _HEADERS, "application/json")

    def _own(self, request: Request) -> bool:
        return self._door.own(request.headers.get("origin"), request.headers.get("host", ""))

    def _find(self, request: Request) -> Stream | None:
        token = _token(request)
        sid = request.headers.get("veillee-stream") or request.query_params.get("sid")
        if sid is not None:
            link = self._open.get(sid)
            return link if link is not None and link.token == token else None
        own = [link for link in self._open.values() if link.token == token and token is not None]
        return own[-1] if own else None


def _token(request: Request) -> str | None:
    return request.query_params.get("tok") or request.cookies.get(COOKIE)


def _answer(request: Request, refused: Refused, status: HTTPStatus) -> Response:
    language = "en" if request.headers.get("accept-language", "fr")[:2].lower() == "en" else "fr"
    headers = _HEADERS | ({"Retry-After": str(round(refused.retry))} if refused.retry is not None else {})
    return Response(codec.refusal(None, body(refused, language)), status, headers, "application/json")


_TOKEN = {
    "name": "tok", "in": "query", "required": False, "schema": {"type": "string", "maxLength": 128},
    "description": "Session token, where there is no cookie",
}  # fmt: skip
_SSE: dict[str, Any] = {
    "parameters": [_TOKEN],
    "responses": {"200": {
        "description": "Events, one JSON object a data line (docs/integrate/protocol.md)",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }},
}  # fmt: skip
_CMD: dict[str, Any] = {
    "parameters": [
        _TOKEN,
        {"name": "Veillee-Stream", "in": "header", "required": False, "schema": {"type": "string"},
         "description": "The stream's `sid`; the guest's newest stream without it"},
    ],
    "requestBody": {"required": True, "content": {"application/json": {"schema": {
        "type": "object", "required": ["i", "c"],
        "properties": {"i": {"type": "integer"}, "c": {"type": "string"}},
    }}}},
    "responses": {
        "200": {"description": "The answer: `ok` or `err`",
                "content": {"application/json": {"schema": {"type": "object"}}}},
        "204": {"description": "Done; this command is not answered"},
    },
}  # fmt: skip
