"""The small listener for `/metrics`: its own port, loopback unless told otherwise, an allow-list, one path.

It is not part of the public door: nothing that a proxy passes on reaches it, and it answers nobody who is not listed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from http import HTTPStatus

import structlog

log = structlog.get_logger("metrics")

PATH = "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LARGEST_REQUEST = 8 * 1024
PATIENCE_S = 10.0
AT_ONCE = 8
"""Requests answered at the same time; more are told 503."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadNetwork(ValueError):
    """An entry of the allow-list is neither an address nor a network; the message names it."""


def networks(entries: Iterable[str]) -> tuple[Network, ...]:
    """The allow-list: addresses and networks such as `10.0.0.0/24`. Raises `BadNetwork`."""
    found = []
    for entry in entries:
        try:
            found.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            raise BadNetwork(f"{entry!r} is neither an address nor a network such as 10.0.0.0/24") from None
    return tuple(found)


class Scrape:
    """Answers `GET /metrics` with `text`, to whoever comes from one of `allowed`."""

    def __init__(self, text: Callable[[], Awaitable[bytes]], allowed: tuple[Network, ...]) -> None:
        self._text = text
        self._allowed = allowed
        self._answering = 0

    @contextlib.asynccontextmanager
    async def listening(self, listener: socket.socket) -> AsyncIterator[None]:
        """Serve on a listening socket inside this block; it is closed after it."""
        server = await asyncio.start_server(self._serve, sock=listener, limit=LARGEST_REQUEST)
        try:
            yield
        finally:
            server.close()

    async def answer(self, peer: str, request: bytes) -> tuple[HTTPStatus, bytes]:
        """Status and body for a request's first line from an address."""
        method, _, rest = request.decode("latin-1").partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        if not self._allows(peer):
            return HTTPStatus.FORBIDDEN, b"server.metrics_allow does not name this address.\n"
        if path != PATH:
            return HTTPStatus.NOT_FOUND, b"Only /metrics is here.\n"
        if method not in ("GET", "HEAD"):
            return HTTPStatus.METHOD_NOT_ALLOWED, b"GET, please.\n"
        if self._answering >= AT_ONCE:
            return HTTPStatus.SERVICE_UNAVAILABLE, b"Too many at once.\n"
        self._answering += 1
        try:
            return HTTPStatus.OK, await self._text()
        except Exception:
            log.exception("scrape failed")
            return HTTPStatus.INTERNAL_SERVER_ERROR, b"The figures could not be read; the log says why.\n"
        finally:
            self._answering -= 1

    def _allows(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._allowed)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                request = await reader.readuntil(b"\r\n\r\n")
                peer = writer.get_extra_info("peername")
                status, body = await self.answer(peer[0] if peer else "", request.partition(b"\r\n")[0])
                head = (
                    f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {CONTENT_TYPE}\r\n"
                    f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode() + (b"" if request.startswith(b"HEAD ") else body))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, OSError):
            pass  # whoever does not ask properly is left alone
        finally:
            writer.close()
