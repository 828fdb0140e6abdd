"""PostgreSQL behind the port, through asyncpg: one connection that writes groups, a few that read snapshots.

As in `store/engine.py`, whatever is submitted while one group is being committed becomes the next group. Consecutive
calls of a verb that has a grouped form are carried out in a few statements (store/sweeps). Any number of processes may
write to one database: rows are locked by the verbs; on a deadlock a group is undone and carried out again one by one,
so a verb may run more than once and must change nothing but what its transaction holds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from veillee.store import erasure, partitions
from veillee.store.dialects import run
from veillee.store.hearing import Hearing
from veillee.store.link import SHIPPED, Bounds, Fate, Link, end, fate
from veillee.store.port import Emitted, Listener, StoreUnavailable, Tx
from veillee.store.pulse import Pulse
from veillee.store.sweeps import AnswerLost, Committed, Operation, carry_out, kind_of, next_group

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger("store")

TRIES = 5
"""So often an operation is carried out again that meets a deadlock each time."""
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
APART = frozenset[Callable[..., Any]]({erasure.erase, partitions.keep_up})
"""Verbs that may take minutes: each on a connection of its own, so that nobody's message waits for them."""


class PostgresStore:
    """A `Store` on the database at `url` (`postgresql://…`), which must have the schema already (`migrate`).

    Create it in the running event loop; it connects when it is first used, and again by itself when the server went
    away. Callers then wait as long as `bounds` say, five seconds or so, and get `StoreUnavailable`. If the connection
    breaks between the question to commit and its answer, nobody knows whether the group was committed: that is
    `StoreUnavailable` too, and asking again is harmless where the operation carries a key. The verbs of `APART` do not
    keep the order of submission. `close` finishes what was submitted; such a verb it undoes if it takes too long.
    """

    def __init__(self, url: str, *, readers: int = 4, bounds: Bounds = SHIPPED) -> None:
        self._loop = asyncio.get_running_loop()
        self._link = Link(url, bounds)
        self._patience = bounds.patience
        self._hearing = Hearing()
        self._queue: deque[Operation] = deque()
        self.pulse = Pulse(lambda: len(self._queue))
        self._submitted = asyncio.Event()
        self._closed = False
        self._connection: AsyncConnection | None = None
        self._idle: list[AsyncConnection] = []
        self._readers = asyncio.Semaphore(readers)
        self._beside: set[asyncio.Task[Any]] = set()
        self._writer = self._loop.create_task(self._write_groups(), name="store-writer")

    async def write(self, verb: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        if verb in APART:
            return await self._run_beside(self._write_apart(verb, args, kwargs))  # type: ignore[no-any-return]
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._queue.append(Operation(verb, args, kwargs, answer))
        self._submitted.set()
        return await answer  # type: ignore[no-any-return]

    async def read(self, verb: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        return await self._run_beside(self._read(verb, args, kwargs))  # type: ignore[no-any-return]

    def on_commit(self, listener: Listener) -> None:
        self._hearing.add(listener)

    async def close(self) -> None:
        self._closed = True
        self._submitted.set()
        await asyncio.shield(self._writer)
        if self._beside:
            await asyncio.wait(self._beside, timeout=self._patience)
        for task in [*self._beside]:
            task.cancel()
            await asyncio.wait([task])
        if self._connection is not None:
            await end(self._connection)
        while self._idle:
            await end(self._idle.pop())

    async def _run_beside(self, work: Any) -> Any:
        """Await it, but let it go on if the caller gives up: a connection is never left in the middle of an answer."""
        task = self._loop.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside_ended)
        return await asyncio.shield(task)

    def _beside_ended(self, task: asyncio.Task[Any]) -> None:
        self._beside.discard(task)
        if not task.cancelled():
            task.exception()  # whoever gave up does not ask for it

    # Writing.

    async def _write_groups(self) -> None:
        while True:
            if not self._queue:
                if self._closed:
                    return
                self._submitted.clear()
                await self._submitted.wait()
                continue
            group = next_group(self._queue)
            started = self._loop.time()
            try:
                committed = await self._commit(group, started + self._patience)
                self.pulse.committed(len(group), self._loop.time() - started)
            except Exception as error:
                self.pulse.failed()
                if not isinstance(error, StoreUnavailable):
                    log.error("a group failed", error=kind_of(error))
                if self._connection is None:
                    group += self._queue  # they have waited as long as the first one did
                    self._queue.clear()
                said = str(error) if isinstance(error, StoreUnavailable) else kind_of(error)
                committed = Committed([(False, StoreUnavailable(said)) for _ in group], [])
            self._deliver(group, committed)

    async def _commit(self, group: Sequence[Operation], deadline: float) -> Committed:
        """Carry out and commit a group; raises `StoreUnavailable` when nothing of it was, or nobody knows."""
        tries = 0
        while True:
            connection = await self._connected(deadline)
            try:
                return await connection.run_sync(carry_out, group)
            except AnswerLost:
                await self._lose()
                raise
            except Exception as error:
                what = fate(error, connection)
                if what is Fate.LOST:
                    await self._lose()
                    if self._loop.time() > deadline:
                        raise _broke(error) from error
                    continue
                await self._undo(connection)
                tries += 1
                if what is Fate.AGAIN and len(group) > 1:
                    return await self._one_by_one(group, deadline)
                if what is not Fate.AGAIN or tries == TRIES or self._loop.time() > deadline:
                    raise StoreUnavailable(f"nothing was committed: {kind_of(error)}") from error

    async def _one_by_one(self, group: Sequence[Operation], deadline: float) -> Committed:
        outcomes: list[tuple[bool, Any]] = []
        events: list[Emitted] = []
        for operation in group:
            try:
                if self._loop.time() > deadline:
                    raise StoreUnavailable("nothing was committed: there was no time left")
                committed = await self._commit([operation], deadline)
            except StoreUnavailable as error:
                outcomes.append((False, error))
            else:
                outcomes += committed.outcomes
                events += committed.events
        return Committed(outcomes, events)

    async def _write_apart(self, verb: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        connection = await self._open(self._loop.time() + self._patience, patient=True)
        answer = self._loop.create_future()
        try:
            committed = await connection.run_sync(carry_out, [Operation(verb, args, kwargs, answer)])
        except StoreUnavailable:
            raise
        except Exception as error:
            raise StoreUnavailable(f"nothing was committed: {kind_of(error)}") from error
        finally:
            await end(connection)
        done, value = committed.outcomes[0]
        if not done:
            raise value
        self._hearing.tell(committed.events)
        return value

    def _deliver(self, group: Sequence[Operation], committed: Committed) -> None:
        for operation, (done, value) in zip(group, committed.outcomes, strict=True):
            if operation.answer.cancelled():
                continue
            if done:
                operation.answer.set_result(value)
            else:
                operation.answer.set_exception(value)
        self._hearing.tell(committed.events)

    # Reading.

    async def _read(self, verb: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        deadline = self._loop.time() + self._patience
        async with self._readers:
            while True:
                connection = self._idle.pop() if self._idle else await self._open(deadline)
                try:
                    value = await connection.run_sync(_on_snapshot, verb, args, kwargs)
                except Exception as error:
                    if fate(error, connection, writing=False) is not Fate.LOST:
                        self._idle.append(connection)
                        raise
                    await end(connection, broken=True)
                    while self._idle:  # they broke with it
                        await end(self._idle.pop(), broken=True)
                    if self._loop.time() > deadline:
                        raise _broke(error) from error
                else:
                    self._idle.append(connection)
                    return value

    # Connections.

    async def _connected(self, deadline: float) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self._open(deadline)
        return self._connection

    async def _open(self, deadline: float, *, patient: bool = False) -> AsyncConnection:
        """A connection, asked for again and again until the deadline; raises `StoreUnavailable` after it."""
        pause = 0.05
        while True:
            try:
                return await self._link.open(patient=patient)
            except StoreUnavailable:
                if self._loop.time() + pause > deadline:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, 1.0)

    async def _lose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await end(connection, broken=True)

    async def _undo(self, connection: AsyncConnection) -> None:
        try:
            await connection.run_sync(run, "ROLLBACK")
        except Exception:
            await self._lose()


def _on_snapshot(tx: Tx, verb: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    run(tx, SNAPSHOT)
    try:
        return verb(tx, *args, **kwargs)
    finally:
        tx.info.pop("emitted", None)
        with contextlib.suppress(Exception):  # a broken connection has nothing to undo
            run(tx, "ROLLBACK")


def _broke(error: BaseException) -> StoreUnavailable:
    return StoreUnavailable(f"the connection to the database broke: {kind_of(error)}")
