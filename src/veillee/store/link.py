"""Connections to PostgreSQL: how they are made, what bounds their waiting, and what an error of theirs means.

The address is one that libpq knows (several hosts, `sslmode`, a socket's folder); it may hold a password and is never
shown. Every connection waits for the disk at COMMIT (`synchronous_commit`), is given up when nothing answers, and its
transactions are begun and ended by hand.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from enum import Enum
from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from veillee.store.dialects import writable
from veillee.store.port import StoreUnavailable


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long somebody waits (seconds): for a server to take a connection before it is asked again, for a statement's
    answer before the network counts as lost, and in all for a connection that can be used."""

    connect: float = 1.5
    answer: float = 4.0
    patience: float = 3.5


SHIPPED = Bounds()

BOUNDED = {
    "application_name": "veillee",
    "synchronous_commit": "on",
    "statement_timeout": "3500",
    "idle_in_transaction_session_timeout": "5000",
    "tcp_user_timeout": "5000",
    "jit": "off",
}
PATIENT = BOUNDED | {"statement_timeout": "600000", "idle_in_transaction_session_timeout": "600000"}


PATIENT_S = 660.0


class Fate(Enum):
    """What an error means for the transaction: the verb's own; carry it out again; it takes too long; the connection
    cannot be used."""

    OWN = "own"
    AGAIN = "again"
    LATE = "late"
    LOST = "lost"


_AGAIN = {"40001", "40P01", "23514", "0A000"}
"""Serialization, deadlock, a partition attached meanwhile, a stale plan."""


_LATE = {"57014", "55P03"}
"""The bounds of a statement and of waiting for a lock."""


class Link:
    """Makes connections to the database at `url`. Raises `ValueError`, without the address, if it cannot be read."""

    def __init__(self, url: str, bounds: Bounds = SHIPPED) -> None:
        self._url = checked(url)
        self._connect_s = bounds.connect
        self._bounded = self._engine(bounds.answer, BOUNDED)
        self._patient = self._engine(PATIENT_S, PATIENT)

    async def open(self, *, patient: bool = False) -> AsyncConnection:
        """A connection of its own, statements bounded unless `patient`; raises `StoreUnavailable` with the reason."""
        try:
            return await (self._patient if patient else self._bounded).connect()
        except (OSError, TimeoutError, DBAPIError) as error:  # it broke between connecting and the first questions
            raise StoreUnavailable(f"the database cannot be reached: {type(error).__name__}") from None

    def _engine(self, answer: float, session: dict[str, str]) -> AsyncEngine:
        async def connect() -> Any:
            try:
                return await asyncpg.connect(
                    self._url, timeout=self._connect_s, command_timeout=answer, server_settings=session,
                    target_session_attrs="read-write",
                )  # fmt: skip
            except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                raise StoreUnavailable(f"the database cannot be reached: {_reason(error)}") from None

        engine = create_async_engine(
            "postgresql+asyncpg://", async_creator=connect, poolclass=NullPool, isolation_level="AUTOCOMMIT",
            hide_parameters=True,
        )  # fmt: skip
        event.listen(engine.sync_engine, "before_cursor_execute", _without_null, retval=True)
        return engine


def _without_null(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> tuple[str, Any]:
    if type(parameters) is tuple and any(type(each) is str and "\0" in each for each in parameters):
        parameters = tuple(writable(each) if type(each) is str else each for each in parameters)
    return statement, parameters


async def end(connection: AsyncConnection, *, broken: bool = False) -> None:
    """End a connection: politely, within a second, or at once if it is broken. Raises nothing."""
    raw = raw_connection(connection)
    if raw is not None and not broken:
        with contextlib.suppress(Exception):
            await raw.close(timeout=1.0)
    if raw is not None:
        raw.terminate()
    with contextlib.suppress(Exception):
        await connection.invalidate()
    with contextlib.suppress(Exception):
        await connection.close()


def checked(url: str) -> str:
    """The address itself; raises `ValueError` with what it must look like, and without what was given."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("the address of the store must look like postgresql://user:password@host/database")
    return url


def raw_connection(connection: AsyncConnection | Connection) -> Any | None:
    """asyncpg's connection under SQLAlchemy's; None if it is gone."""
    inner = connection.sync_connection if isinstance(connection, AsyncConnection) else connection
    if inner is None or inner.closed or inner.invalidated:
        return None
    raw: Any | None = inner.connection.driver_connection
    return raw


def fate(error: BaseException, connection: AsyncConnection | Connection, *, writing: bool = True) -> Fate:
    """What an error that came out of a transaction on this connection means for it.

    A server that only reads has become a standby: whoever writes looks for the one that took over.
    """
    state = sqlstate(error)
    raw = raw_connection(connection)
    broken = raw is None or raw.is_closed() or isinstance(error, TimeoutError | ConnectionError)
    if broken or state[:2] in ("08", "53", "58") or state[:3] == "57P" or (writing and state == "25006"):
        return Fate.LOST
    if state in _LATE:
        return Fate.LATE
    return Fate.AGAIN if state in _AGAIN else Fate.OWN


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of an error, through SQLAlchemy or not; empty for another's."""
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None) or ""


_REFUSALS = {
    "28": "it refuses the user or the password",
    "3D": "it has no database of this name",
    "53": "it has no connection or no room left",
    "57": "it is starting or stopping",
}
"""By the class of the error."""


def _reason(error: BaseException) -> str:
    """One clause, without the address."""
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, asyncpg.PostgresError):
        return _REFUSALS.get((error.sqlstate or "")[:2], f"{type(error).__name__} ({error.sqlstate})")
    if isinstance(error, ValueError):
        return "its address cannot be read (write special characters of the password as %40 and the like)"
    if isinstance(error, OSError):
        return os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "nobody answers at its address"
    return type(error).__name__
