"""A connection to Valkey that is kept: dialled again after a loss, with back-off and full jitter."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import hiredis
import structlog

from veillee.bus.port import BusAway
from veillee.bus.wire import Address, Wire, dial
from veillee.model.histogram import WAITING_S, Histogram

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 3.0
PING_EVERY_S = 1.0
PATIENCE_S = 2.0
"""A Valkey that does not answer a ping for so long is away: a cut cable closes nothing."""

log = structlog.get_logger("bus")


class Line:
    """`run` keeps it up until cancelled. `channels` are heard on it; `up` is called each time it is.
    `answers` are the seconds that each ping took."""

    def __init__(
        self, address: Address, channels: tuple[str, ...], heard: Callable[[bytes], None], up: Callable[[], None]
    ) -> None:
        self._address = address
        self._channels = channels
        self._heard = heard
        self._up = up
        self._wire: Wire | None = None
        self._subscribed = 0
        self._ups = 0
        self.answers = Histogram(WAITING_S)

    @property
    def reconnects(self) -> int:
        """How often it was up again after a loss."""
        return max(0, self._ups - 1)

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        return self._wire is not None

    def call(self, *words: str | bytes | int) -> asyncio.Future[Any]:
        """Send a command; its answer. Raises `BusAway` at once without a connection, or later when it is lost."""
        if self._wire is None:
            raise BusAway("not connected")
        return self._wire.call(*words)

    def tell(self, *words: str | bytes | int) -> bool:
        """Send a command without waiting; False if it is lost."""
        return self._wire is not None and self._wire.tell(*words)

    async def run(self) -> None:
        """Connect, subscribe, watch, and again, until cancelled."""
        failures = 0
        while True:
            try:
                wire = await dial(self._address, self._pushed)
                try:
                    await self._subscribe(wire)
                    failures = 0
                    self._wire = wire
                    self._ups += 1
                    log.info("bus connected")
                    self._up()
                    await self._watch(wire)
                finally:
                    self._wire = None
                    wire.abort()
                    await asyncio.wait([wire.lost], timeout=1)
            except (BusAway, TimeoutError, hiredis.HiredisError) as error:
                if not failures:
                    log.warning("bus away", error=type(error).__name__)
            failures += 1
            wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**failures)
            await asyncio.sleep(random.random() * wait)

    async def _subscribe(self, wire: Wire) -> None:
        self._subscribed = 0
        wire.subscribe(self._channels)
        await self._ping(wire)
        if self._subscribed < len(self._channels):
            raise BusAway("not every channel could be heard")

    async def _watch(self, wire: Wire) -> None:
        while True:
            done, _ = await asyncio.wait([wire.lost], timeout=PING_EVERY_S)
            if done:
                raise BusAway("the connection is lost")
            await self._ping(wire)

    async def _ping(self, wire: Wire) -> None:
        asked = asyncio.get_running_loop().time()
        async with asyncio.timeout(PATIENCE_S):
            await wire.call("PING")
        self.answers.observe(asyncio.get_running_loop().time() - asked)

    def _pushed(self, message: list[Any]) -> None:
        if message[0] == b"smessage":
            self._heard(message[2])
        elif message[0] == b"ssubscribe":
            self._subscribed += 1
