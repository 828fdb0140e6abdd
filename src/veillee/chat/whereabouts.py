"""Telling the other processes who is here, and hearing who is there: moves over the bus, accounts in leases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from veillee.bus.port import AnyEvent, BusAway, Leases
from veillee.chat.elsewhere import Account, Elsewhere
from veillee.chat.presence import Presence
from veillee.model.event import Moved

EVERY_S = 5.0
LEASE_S = 15.0

log = structlog.get_logger("whereabouts")


class Whereabouts:
    """`hear` listens to the bus; `run` keeps this process's lease and reads the others' until cancelled."""

    def __init__(self, node: str, leases: Leases, presence: Presence, elsewhere: Elsewhere) -> None:
        self._node = node
        self._leases = leases
        self._presence = presence
        self._elsewhere = elsewhere
        self._rung = asyncio.Event()

    def hear(self, events: Sequence[AnyEvent]) -> None:
        """Take up moves from elsewhere."""
        for event in events:
            if isinstance(event, Moved) and event.node != self._node:
                self._elsewhere.moved(event, asyncio.get_running_loop().time())

    def ring(self) -> None:
        """Exchange accounts soon: moves may have been missed."""
        self._rung.set()

    async def exchange(self) -> None:
        """Say how things stand here, hear how they stand elsewhere; raises `BusAway`."""
        now = asyncio.get_running_loop().time
        mine = self._presence.account()
        await self._leases.keep(self._node, str(mine.number).encode(), mine.pack(), round(LEASE_S * 1000))
        others = await self._leases.others(self._node)
        for name, moves in others.items():
            try:
                if self._elsewhere.speaks(name, int(moves), now()):
                    whole = await self._leases.whole(name)
                    if whole is not None:
                        self._elsewhere.stands(name, Account.unpack(whole), now())
            except ValueError:
                log.warning("unreadable account")
        self._elsewhere.forget(others, now())

    async def run(self) -> None:
        """Exchange at each ring and every five seconds; at the end the lease is given back."""
        try:
            while True:
                try:
                    async with asyncio.timeout(EVERY_S):
                        await self.exchange()
                except (BusAway, TimeoutError):
                    self._elsewhere.forget((), asyncio.get_running_loop().time())
                except Exception:
                    log.exception("accounts could not be exchanged")
                await self._rest()
        finally:
            try:
                async with asyncio.timeout(1):
                    await self._leases.keep(self._node, b"", b"", 0)
            except (BusAway, TimeoutError):
                log.info("the lease runs out by itself")

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(EVERY_S):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()
