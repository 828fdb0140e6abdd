"""The live door's clockwork, and the one port: uvicorn for HTTP, our own protocol class for WebSockets."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import structlog
import uvicorn

from veillee.chat.guests import Guests
from veillee.chat.presence import Presence
from veillee.gateway.door import Door
from veillee.gateway.drain import Drain
from veillee.gateway.handshake import Handshake
from veillee.gateway.hub import Hub

log = structlog.get_logger("gateway")

COUNTS_EVERY = 2
"""Seconds between two announcements of how many are in a room."""
SEEN_EVERY = 300


class Clockwork:
    """What the live door does once a second. `tick` is given the seconds since the start."""

    def __init__(self, door: Door, hub: Hub, presence: Presence, guests: Guests) -> None:
        self._door = door
        self._hub = hub
        self._presence = presence
        self._guests = guests

    async def tick(self, second: int) -> None:
        """Turn the wheel; announce counts; remember who is here."""
        self._door.heartbeat.turn()
        if second % COUNTS_EVERY == 0:
            self._presence.announce_counts()
        if second % SEEN_EVERY == 0 and (present := self._hub.guests()):
            await self._guests.seen(present)

    async def run(self) -> None:
        """Tick until cancelled; a failing tick is logged and the next one comes."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        second = 0
        while True:
            second += 1
            await asyncio.sleep(max(0.0, started + second - loop.time()))
            try:
                await self.tick(second)
            except Exception:
                log.exception("tick failed")


class Server(uvicorn.Server):
    """uvicorn with our protocol class for upgrades; `serve(sockets=[listen(…)])` runs it.

    Whose `X-Forwarded-For` is believed is for us to say (`protocol/provenance`), so uvicorn is told to believe nobody.
    """

    def __init__(self, app: Any, door: Door, drain: Drain, **options: Any) -> None:
        self._drain = drain
        self._started_hook: Callable[[int], Awaitable[None]] | None = None
        self._ending = asyncio.Event()
        config = uvicorn.Config(
            app,
            http="httptools",
            loop="uvloop",
            ws=functools.partial(_handshake, door),  # type: ignore[arg-type]
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
            **options,
        )
        super().__init__(config)

    def on_started(self, hook: Callable[[int], Awaitable[None]]) -> None:
        """Call this with the port once it is open."""
        self._started_hook = hook

    @property
    def should_exit(self) -> bool:
        """Set it to end the server: at once from the loop's own thread, within a second from another."""
        return self._ending.is_set()

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        if value:
            self._ending.set()
        else:
            self._ending.clear()

    async def main_loop(self) -> None:
        """As uvicorn's own, which wakes ten times a second to look whether it should end."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._ending.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM end the server and nothing else: who runs it cleans up after it and exits 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started and self._started_hook is not None:
            port = sockets[0].getsockname()[1]
            await self._started_hook(port)

    async def shutdown(self, sockets: Any = None) -> None:
        """Tell everybody to come back and resume, let requests finish for five seconds, drop whoever is left."""
        self._drain.restart()
        await super().shutdown(sockets)
        self._drain.abort()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError where the address is in use. Port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=4096)


def _handshake(door: Door, *, config: Any, server_state: Any, app_state: Any) -> Handshake:
    return Handshake(door, server_state)
