"""Between the bus and the fanout: each room's events strictly in the order of their offsets, none missing, none twice.

What this process committed comes straight through. What others committed may come late, in another order, or not at
all: a hole waits a moment and is then filled from the store; and every second the newest offsets of the rooms that
somebody listens to here are compared with what was delivered, so that nothing depends on the bus in the end. The same
for the personal streams of guests who are connected here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, cast

import structlog

from veillee.bus.port import AnyEvent, Event
from veillee.chat.history import History
from veillee.gateway.hub import Hub, RoomHub
from veillee.model.event import PERSONAL, Durable, Ephemeral
from veillee.protocol.limits import REPLAY_EVENTS
from veillee.store.port import StoreUnavailable

HOLE_S = 0.05
"""How long a hole may last before the store is asked: what fills it is on its way, as a rule."""
EVERY_S = 1.0
PARKED = 2_000
"""Events that may wait behind a hole, per room; beyond it they are read from the store with the rest."""
GUESTS_AT_ONCE = 1_000
"""Personal streams compared each second; after a gap, all of them."""

log = structlog.get_logger("sequence")


class Sequencer:
    """`receive` listens to the bus, `deliver` is the fanout's. `run` compares with the store until cancelled: only an
    instance of several processes needs it, and only there are personal streams watched (`several`)."""

    def __init__(
        self, hub: Hub, history: History, deliver: Callable[[Sequence[Event]], None], *, several: bool = False
    ) -> None:
        self._hub = hub
        self._history = history
        self._deliver = deliver
        self._several = several
        self._parked: dict[str, dict[int, Durable]] = {}
        self._personal: dict[str, int] = {}
        self._filling: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._rung = asyncio.Event()
        self._turn = 0
        self.filled = 0

    def receive(self, events: Sequence[AnyEvent]) -> None:
        """Deliver what is next in its room; keep back what is not."""
        if self._parked:
            self._sort(events)
            return
        reached: dict[str, int] = {}
        for what in events:
            if isinstance(what, Durable):
                slug, s = what.room, what.s
                if slug == PERSONAL:
                    if self._several:
                        break
                    continue
                last = reached.get(slug)
                if s - 1 != (self._hub.room(slug, s - 1).tail.last if last is None else last):
                    break
                reached[slug] = s
            elif not isinstance(what, Ephemeral):
                break
        else:
            self._deliver(cast(Sequence[Event], events))
            return
        self._sort(events)

    def greeted(self, guest_id: str, s: int) -> None:
        """Somebody said hello, knowing their personal stream up to `s`."""
        if self._several:
            self._personal.setdefault(guest_id, s)

    def ring(self) -> None:
        """Compare soon, everything: events may have been missed."""
        self._rung.set()

    async def catch_up(self, slug: str) -> None:
        """Make sure that the room's tail reaches as far as the store did when this was called."""
        newest = (await self._history.offsets([slug])).get(slug, 0)
        room = self._hub.room(slug, newest)
        if room.tail.last >= newest:
            return
        if room.occupied:
            await self._fill(room)
        else:
            self._parked.pop(slug, None)
            room.tail.skip(newest)

    async def reconcile(self, everybody: bool = False) -> None:
        """Compare with the store, once, and deliver what was missed. Raises `StoreUnavailable`."""
        rooms = {room.slug: room for room in self._hub.listened()}
        guests = self._whose_turn(everybody)
        offsets = await self._history.offsets(list(rooms)) if rooms else {}
        behind = {slug: s for slug, s in offsets.items() if rooms[slug].tail.last < s}
        personal = await self._history.personal_offsets(guests) if guests else {}
        late = {who: s for who, s in personal.items() if self._personal.get(who, s) < s}
        if not behind and not late:
            return
        await asyncio.sleep(HOLE_S)  # it may be on its way, and an author's `ok` comes before the event
        for slug, s in behind.items():
            if rooms[slug].tail.last < s:
                await self._fill(rooms[slug])
        for who, s in late.items():
            if self._personal.get(who, s) < s:
                await self._fill_personal(who)

    async def run(self) -> None:
        """Reconcile at each ring and every second, until cancelled."""
        while True:
            everybody = self._rung.is_set()
            self._rung.clear()
            try:
                await self.reconcile(everybody)
            except StoreUnavailable:
                log.warning("rooms wait for the store")
            except Exception:
                log.exception("rooms could not be compared")
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._rung.wait()
            except TimeoutError:
                continue

    async def finish(self) -> None:
        """Stop filling."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _sort(self, events: Sequence[AnyEvent]) -> None:
        ready: list[Event] = []
        reached: dict[str, int] = {}
        for what in events:
            if isinstance(what, Ephemeral):
                ready.append(what)
            elif not isinstance(what, Durable):
                continue
            elif what.room == PERSONAL:
                if self._next_personal(what):
                    ready.append(what)
            else:
                room = self._hub.room(what.room, what.s - 1)
                last = reached.get(what.room, room.tail.last)
                if what.s <= last:
                    continue
                if what.s > last + 1 and room.occupied:
                    self._park(room, what)
                    continue
                if what.s > last + 1:
                    self._deliver(ready)
                    ready = []
                    room.tail.skip(what.s - 1)
                ready.append(what)
                reached[what.room] = self._unpark(what.room, what.s, ready)
        if ready:
            self._deliver(ready)

    def _park(self, room: RoomHub, what: Durable) -> None:
        waiting = self._parked.get(room.slug)
        if waiting is None:
            waiting = self._parked[room.slug] = {}
            asyncio.get_running_loop().call_later(HOLE_S, self._overdue, room)
        if len(waiting) < PARKED:
            waiting[what.s] = what

    def _unpark(self, slug: str, s: int, ready: list[Event]) -> int:
        """Add what waited for `s` to what is ready; answers how far that reaches."""
        waiting = self._parked.get(slug)
        if waiting is None:
            return s
        while (following := waiting.pop(s + 1, None)) is not None:
            ready.append(following)
            s += 1
        for old in [each for each in waiting if each <= s]:
            del waiting[old]
        if not waiting:
            del self._parked[slug]
        return s

    def _overdue(self, room: RoomHub) -> None:
        if room.slug in self._parked and room.slug not in self._filling:
            self._spawn(self._fill(room))

    async def _fill(self, room: RoomHub) -> None:
        """Deliver from the store whatever follows the tail, up to the newest; waits while another does it."""
        while (under_way := self._filling.get(room.slug)) is not None:
            await under_way.wait()
        done = self._filling[room.slug] = asyncio.Event()
        try:
            while True:
                stored = await self._history.since(room.slug, room.tail.last, _END, REPLAY_EVENTS)
                fresh: list[Event] = [what for what in stored if what.s > room.tail.last]
                if fresh:
                    self.filled += len(fresh)
                    first = fresh[0]
                    if isinstance(first, Durable) and first.s > room.tail.last + 1:
                        room.tail.skip(first.s - 1)  # erased on its day: clients see the hole and ask
                    self._unpark(room.slug, stored[-1].s, fresh)
                    self._deliver(fresh)
                if len(stored) < REPLAY_EVENTS:
                    break
        finally:
            del self._filling[room.slug]
            done.set()
            if self._parked.get(room.slug):  # something newer waits by now, or the store was away
                asyncio.get_running_loop().call_later(HOLE_S, self._overdue, room)

    def _next_personal(self, what: Durable) -> bool:
        """Whether the event is the next one of its guest's stream; a hole is filled from the store."""
        who = what.to or ""
        known = self._personal.get(who)
        if known is None or not self._several:
            return True
        if what.s == known + 1:
            self._personal[who] = what.s
            return True
        if what.s > known:
            self._spawn(self._after_a_moment(who))
        return False

    async def _after_a_moment(self, who: str) -> None:
        await asyncio.sleep(HOLE_S)
        await self._fill_personal(who)

    async def _fill_personal(self, who: str) -> None:
        known = self._personal.get(who)
        if known is None:
            return
        for what in await self._history.personal(who, known):
            if what.s > self._personal.get(who, known):
                self._personal[who] = what.s
                self.filled += 1
                self._deliver([what])

    def _whose_turn(self, everybody: bool) -> list[str]:
        """Guests whose personal stream is compared now; whoever has gone is forgotten."""
        here = self._hub.guests()
        if len(self._personal) > len(here):
            present = set(here)
            self._personal = {who: s for who, s in self._personal.items() if who in present}
        if everybody or len(here) <= GUESTS_AT_ONCE:
            return here
        start = self._turn * GUESTS_AT_ONCE % len(here)
        self._turn += 1
        return here[start : start + GUESTS_AT_ONCE]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except StoreUnavailable:
            log.warning("a hole waits for the store")
        except Exception:
            log.exception("a hole could not be filled")


_END = 2**62
