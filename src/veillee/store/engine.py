"""SQLite behind one writer thread with group commit; readers beside it (WAL).

Durability: `synchronous=FULL`, so a COMMIT returns after fdatasync of the write-ahead log. What is submitted in one
turn of the loop is one group, and whatever waits while a group is being committed goes into the next: the disk, not a
timer, sets the rhythm (measured in docs/benchmarks.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

from veillee.store import together
from veillee.store.hearing import Hearing
from veillee.store.port import Emitted, Listener, StoreUnavailable, Tx, driver
from veillee.store.pulse import Pulse
from veillee.store.tables import catalogue

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger("store")

GROUP_LIMIT = 512
"""As many operations in one commit are enough: bounds the wait of the first one."""


class _Operation(NamedTuple):
    verb: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    answer: asyncio.Future[Any]
    reading: bool


def connect(path: Path | None, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """A raw connection in autocommit mode with the pragmas that every connection of ours has."""
    target = ":memory:" if path is None else str(path)
    db = sqlite3.connect(
        target, isolation_level=None, check_same_thread=False, timeout=10.0, cached_statements=512, factory=factory
    )
    if path is not None:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA foreign_keys=ON")
    db.execute("PRAGMA temp_store=MEMORY")
    return db


def engine_over(db: sqlite3.Connection) -> Engine:
    """A SQLAlchemy engine whose only connection is `db`; transactions are begun and ended by hand."""
    return create_engine("sqlite://", creator=lambda: db, poolclass=StaticPool, isolation_level="AUTOCOMMIT")


class SqliteStore:
    """A `Store` on one SQLite file; `path=None` keeps everything in memory (its twin, for trying things out).

    Create it in the running event loop. The schema must be there already (`migrate`), except in memory, where it is
    created. `close` finishes what was submitted and joins the threads.
    """

    def __init__(self, path: Path | None, *, readers: int = 2) -> None:
        self._loop = asyncio.get_running_loop()
        self._path = path
        self._hearing = Hearing()
        self._submitted: list[_Operation] = []
        self._queue: queue.SimpleQueue[list[_Operation] | None] = queue.SimpleQueue()
        self.pulse = Pulse(self._queue.qsize)
        self._closed = False
        self._local = threading.local()
        self._reader_connections: list[Connection] = []
        self._readers = None if path is None else ThreadPoolExecutor(readers, thread_name_prefix="store-reader")
        self._writer_connection = engine_over(connect(path)).connect()
        if path is None:
            catalogue.metadata.create_all(self._writer_connection)
        self._thread = threading.Thread(target=self._write_groups, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, verb: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._submit(verb, args, kwargs, reading=False)  # type: ignore[no-any-return]

    async def read(self, verb: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._readers is None:
            return await self._submit(verb, args, kwargs, reading=True)  # type: ignore[no-any-return]
        if self._closed:
            raise StoreUnavailable("the store is closed")
        return await self._loop.run_in_executor(self._readers, self._read, verb, args, kwargs)

    def on_commit(self, listener: Listener) -> None:
        self._hearing.add(listener)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        if self._readers is not None:
            await asyncio.to_thread(self._readers.shutdown)
        for connection in [*self._reader_connections, self._writer_connection]:
            raw = connection.connection.driver_connection
            connection.close()
            connection.engine.dispose()
            if raw is not None:
                raw.close()

    def _submit(
        self, verb: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], *, reading: bool
    ) -> asyncio.Future[Any]:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        answer: asyncio.Future[Any] = self._loop.create_future()
        if not self._submitted:
            self._loop.call_soon(self._hand_over)
        self._submitted.append(_Operation(verb, args, kwargs, answer, reading))
        return answer

    def _hand_over(self) -> None:
        """What was submitted in one turn of the loop is one group: the writer is woken once."""
        if self._submitted:
            submitted, self._submitted = self._submitted, []
            self._queue.put(submitted)

    def _read(self, verb: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        tx = getattr(self._local, "tx", None)
        if tx is None:
            tx = self._local.tx = engine_over(connect(self._path)).connect()
            driver(tx).execute("PRAGMA query_only=ON")
            self._reader_connections.append(tx)
        raw = driver(tx)
        raw.execute("BEGIN")
        try:
            return verb(tx, *args, **kwargs)
        finally:
            raw.execute("ROLLBACK")

    def _write_groups(self) -> None:
        while (submitted := self._queue.get()) is not None:
            group = [*submitted]
            while len(group) < GROUP_LIMIT:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    self._queue.put(None)
                    break
                group.extend(following)
            outcomes, events = self._commit(group)
            self._loop.call_soon_threadsafe(self._deliver, group, outcomes, events)

    def _commit(self, group: Sequence[_Operation]) -> tuple[list[tuple[bool, Any]], list[Emitted]]:
        raw = driver(self._writer_connection)
        outcomes: list[tuple[bool, Any]] = []
        events: list[Emitted] = []
        try:
            started = time.perf_counter()
            raw.execute("BEGIN IMMEDIATE")
            for sweep in together.sweeps(group):
                outcomes.extend(self._carry_out(sweep, events))
            raw.execute("COMMIT")
            self.pulse.committed(len(group), time.perf_counter() - started)
        except Exception as error:
            self.pulse.failed()
            with contextlib.suppress(sqlite3.Error):
                raw.execute("ROLLBACK")
            return [(False, StoreUnavailable(f"nothing was committed: {error}")) for _ in group], []
        return outcomes, events

    def _carry_out(self, sweep: Sequence[_Operation], events: list[Emitted]) -> list[tuple[bool, Any]]:
        """One sweep in a savepoint; one that fails is undone, and carried out again call by call."""
        tx = self._writer_connection
        raw = driver(tx)
        emitted: list[Emitted] = []
        tx.info["emitted"] = emitted
        outcomes: list[tuple[bool, Any]] = []
        raw.execute("SAVEPOINT verb")
        try:
            outcomes = [(True, value) for value in together.carry_out(tx, sweep)]
        except Exception as error:
            raw.execute("ROLLBACK TO verb")
            if len(sweep) == 1:
                outcomes = [(False, error)]
        else:
            if sweep[0].reading:
                raw.execute("ROLLBACK TO verb")
            else:
                events.extend(emitted)
        raw.execute("RELEASE verb")
        return outcomes or [outcome for operation in sweep for outcome in self._carry_out([operation], events)]

    def _deliver(
        self, group: Sequence[_Operation], outcomes: Sequence[tuple[bool, Any]], events: Sequence[Emitted]
    ) -> None:
        for operation, (done, value) in zip(group, outcomes, strict=True):
            if operation.answer.cancelled():
                continue
            if done:
                operation.answer.set_result(value)
            else:
                operation.answer.set_exception(value)
        self._hearing.tell(events)
