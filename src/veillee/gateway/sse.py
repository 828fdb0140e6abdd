"""The same conversation where WebSocket is blocked: events down `GET /sse`, commands up `POST /cmd`.

The stream's first event is `{"e":"open","r":"@me","d":{"sid":…}}`; each command names that `sid` in the header
`Veillee-Stream` and gets its answer as the response of its POST. Without the header the guest's newest stream is
meant. Everything else is as over WebSocket.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from veillee.gateway.door import Door
from veillee.gateway.framing import server_sent
from veillee.gateway.link import Link
from veillee.model.errors import Code, Refused
from veillee.protocol import codec, limits
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.errors import body
from veillee.protocol.session import Reject

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
        self._chunks: list[bytes] = []
        self._bytes = 0
        self._ready = asyncio.Event()
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

    def writer(self) -> Callable[[bytes], None] | None:
        return None

    def hold_reading(self, hold: bool) -> None:
        """Commands come one a request: their sender waits by itself."""

    def close(self, code: CloseCode) -> None:
        if not self._ended:
            self._chunks.append(server_sent(codec.encode({"e": "close", "r": "@me", "d": {"code": int(code)}})))
            self.abort()

    def abort(self) -> None:
        self._ended = True
        self._ready.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """What to send, as it comes, until the link is closed."""
        yield server_sent(codec.encode({"e": "open", "r": "@me", "d": {"sid": self.sid}}))
        while True:
            await self._ready.wait()
            self._ready.clear()
            if self._chunks:
                data, self._chunks, self._bytes = b"".join(self._chunks), [], 0
                yield data
            if self._ended:
                return


class Streams:
    """The two routes. `fresh` makes stream ids."""

    def __init__(self, door: Door, fresh: Callable[[], str]) -> None:
        self._door = door
        self._fresh = fresh
        self._open: dict[str, Stream] = {}

    def routes(self) -> list[Route]:
        """To be mounted beside the HTTP door."""
        return [Route("/sse", self.stream, methods=["GET"]), Route("/cmd", self.command, methods=["POST"])]

    async def stream(self, request: Request) -> Response:
        """Open a stream for whoever holds the token or cookie; it must say hello within ten seconds."""
        if not self._door.own(request.headers.get("origin"), request.headers.get("host", "")):
            return _answer(Refused(Code.FORBIDDEN), 403, "en")
        token = request.query_params.get("tok") or request.cookies.get("veillee")
        link = Stream(self._door, self._fresh(), token)
        self._open[link.sid] = link
        self._door.heartbeat.add(link)
        return StreamingResponse(self._carry(link), media_type="text/event-stream", headers=_HEADERS)

    async def _carry(self, link: Stream) -> AsyncIterator[bytes]:
        try:
            async for data in link.chunks():
                yield data
        finally:
            link.abort()
            self._open.pop(link.sid, None)
            self._door.heartbeat.discard(link)
            self._door.dispatch.lost(link)

    async def command(self, request: Request) -> Response:
        """Carry out one command on an open stream; the answer is the response."""
        if not self._door.own(request.headers.get("origin"), request.headers.get("host", "")):
            return _answer(Refused(Code.FORBIDDEN), 403, "en")
        link = self._find(request)
        if link is None:
            return _answer(Refused(Code.UNAUTHENTICATED), 401, "en")
        frame = bytearray()
        async for chunk in request.stream():
            frame += chunk
            if len(frame) > limits.FRAME_BYTES:
                break
        link.heard_at = self._door.clock()
        outcome = link.session.receive(bytes(frame), link.heard_at)
        if isinstance(outcome, Reject):
            if outcome.close is not None:
                link.close(outcome.close)
            return _answer(Refused(outcome.code), 400, link.language, outcome.request)
        answer, then = await self._door.dispatch.carry_out(link, outcome)
        if then is not None:
            then()
        return Response(answer or b"", 200 if answer else 204, _HEADERS, "application/json")

    def _find(self, request: Request) -> Stream | None:
        token = request.query_params.get("tok") or request.cookies.get("veillee")
        sid = request.headers.get("veillee-stream") or request.query_params.get("sid")
        if sid is not None:
            link = self._open.get(sid)
            return link if link is not None and link.token == token else None
        own = [link for link in self._open.values() if link.token == token and token is not None]
        return own[-1] if own else None


def _answer(refused: Refused, status: int, language: str, request: int | None = None) -> Response:
    payload = codec.refusal(request, body(refused, language))
    return Response(payload, status, _HEADERS, "application/json")
