"""The bus between processes: sharded publish/subscribe, counters and leases in one Valkey (or Redis 7 and later).

A room's events always take the same one of 64 channels, whichever process sends them; what only processes hear of has
a channel of its own. What a process publishes reaches
its own listeners at once and without the server, so that its rooms go on while that is away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha1
from typing import Any

import hiredis
import structlog

from veillee.bus.line import Line
from veillee.bus.packing import HOUSE, NODE_BYTES, SHARDS, Unreadable, by_shard, pack, sender, unpack
from veillee.bus.port import AnyEvent, BusAway, Listener
from veillee.bus.wire import Address
from veillee.model.histogram import Histogram

log = structlog.get_logger("bus")

_TAKE = """
local burst, every, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = tonumber(redis.call('GET', KEYS[1]) or now)
if full > now + burst * every then full = now + (burst - 1) * every end
local wait = full - now - (burst - 1) * every
if wait > 0 then return wait end
full = math.max(full, now) + every
redis.call('SET', KEYS[1], string.format('%d', full), 'PX', full - now)
return 0
"""
_TURN = """
local interval, now = tonumber(ARGV[1]), tonumber(ARGV[2])
local last, free = redis.call('GET', KEYS[1]), now
if last then
  free = tonumber(last)
  if free > now + interval then free = now end
  free = free + interval
end
if free > now + interval then return now - (free - interval) end
local at = math.max(now, free)
redis.call('SET', KEYS[1], string.format('%d', at), 'PX', at - now + interval)
return at - now
"""


class ValkeyBus:
    """A `Bus` with its `rates` and `leases`; `run` keeps the connection until cancelled. `node` is this process, of
    sixteen ASCII characters; `prefix` starts every key and channel. Without `rooms` it hears only what concerns
    processes, for one that nobody is connected to. `published`, `received` and `lost` count packets, each of one turn's
    events for one channel."""

    def __init__(self, address: Address, node: str, prefix: str = "veillee", *, rooms: bool = True) -> None:
        if len(node.encode()) != NODE_BYTES:
            raise ValueError(f"a node's name has {NODE_BYTES} characters")
        self._node = node
        self._me = node.encode()
        self._channels = (*(f"{prefix}:e:{number}" for number in range(SHARDS)), f"{prefix}:house")
        self._listeners: list[Listener] = []
        self._gaps: list[Callable[[], None]] = []
        self._line = Line(address, self._channels if rooms else self._channels[HOUSE:], self._heard, self._missed)
        self.rates = ValkeyRates(self._line, prefix)
        self.leases = ValkeyLeases(self._line, prefix)
        self.published = 0
        self.received = 0
        self.lost = 0

    @property
    def reconnects(self) -> int:
        """How often the connection was made again after a loss."""
        return self._line.reconnects

    @property
    def answers(self) -> Histogram:
        """Seconds from asking the server until it answered, once a second while connected."""
        return self._line.answers

    @property
    def connected(self) -> bool:
        """Whether other processes can be reached now."""
        return self._line.connected

    async def run(self) -> None:
        """Stay connected until cancelled."""
        await self._line.run()

    def publish(self, events: Sequence[AnyEvent]) -> None:
        self.here(events)
        for number, together in by_shard(events).items():
            if self._line.tell("SPUBLISH", self._channels[number], pack(self._node, together)):
                self.published += 1
            else:
                self.lost += 1

    def here(self, events: Sequence[AnyEvent]) -> None:
        for listener in self._listeners:
            listener(events)

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def on_gap(self, listener: Callable[[], None]) -> None:
        self._gaps.append(listener)

    def _heard(self, packet: bytes) -> None:
        if sender(packet) == self._me:
            return
        self.received += 1
        try:
            self.here(unpack(packet))
        except Unreadable:
            log.warning("unreadable packet")
        except Exception:
            log.exception("a listener failed")

    def _missed(self) -> None:
        for listener in self._gaps:
            listener()


class ValkeyRates:
    """`Rates` in Valkey: one script each, one key each, which ends when the bucket is full."""

    def __init__(self, line: Line, prefix: str) -> None:
        self._line = line
        self._prefix = prefix

    async def take(self, key: str, burst: int, every: int, now: int) -> int:
        return await self._run(_TAKE_SHA, _TAKE, key, burst, every, now)

    async def turn(self, key: str, interval: int, now: int) -> int:
        return await self._run(_TURN_SHA, _TURN, key, interval, now)

    async def _run(self, sha: str, script: str, key: str, *numbers: int) -> int:
        name = f"{self._prefix}:r:{key}"
        try:
            try:
                return int(await self._line.call("EVALSHA", sha, 1, name, *numbers))
            except hiredis.ReplyError as error:
                if not str(error).startswith("NOSCRIPT"):
                    raise
                return int(await self._line.call("EVAL", script, 1, name, *numbers))
        except hiredis.ReplyError as error:
            raise BusAway(str(error).partition(" ")[0]) from None


class ValkeyLeases:
    """`Leases` in Valkey: two keys for each process that end by themselves, and a set of who may have them."""

    def __init__(self, line: Line, prefix: str) -> None:
        self._line = line
        self._prefix = prefix

    async def keep(self, node: str, brief: bytes, whole: bytes, ms: int) -> None:
        keys = f"{self._prefix}:p:{node}", f"{self._prefix}:w:{node}"
        if brief:
            await self._all(
                ("SET", keys[1], whole, "PX", ms), ("SET", keys[0], brief, "PX", ms),
                ("SADD", f"{self._prefix}:nodes", node),
            )  # fmt: skip
        else:
            await self._all(("DEL", keys[0]), ("DEL", keys[1]), ("SREM", f"{self._prefix}:nodes", node))

    async def whole(self, node: str) -> bytes | None:
        (said,) = await self._all(("GET", f"{self._prefix}:w:{node}"))
        return None if said is None else bytes(said)

    async def others(self, node: str) -> Mapping[str, bytes]:
        (nodes,) = await self._all(("SMEMBERS", f"{self._prefix}:nodes"))
        names = sorted(each.decode() for each in nodes if each != node.encode())
        said = await self._all(*(("GET", f"{self._prefix}:p:{name}") for name in names))
        if gone := [name for name, value in zip(names, said, strict=True) if value is None]:
            await self._all(("SREM", f"{self._prefix}:nodes", *gone))
        return {name: value for name, value in zip(names, said, strict=True) if value is not None}

    async def _all(self, *commands: tuple[str | bytes | int, ...]) -> list[Any]:
        """The answers of commands that travel together."""
        try:
            return await asyncio.gather(*(self._line.call(*words) for words in commands))
        except hiredis.ReplyError as error:
            raise BusAway(str(error).partition(" ")[0]) from None


_TAKE_SHA = sha1(_TAKE.encode(), usedforsecurity=False).hexdigest()
_TURN_SHA = sha1(_TURN.encode(), usedforsecurity=False).hexdigest()
