"""What the rooms above ask of a store: atomic verbs, group commit, snapshot reads, events after the commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from veillee.model.event import Changed, Durable
from veillee.store.pulse import Pulse

Tx = Connection
"""An open transaction, handed to verbs; rooms above the store never touch one, they only pass verbs."""

P = ParamSpec("P")
R = TypeVar("R")

Emitted = Durable | Changed
Listener = Callable[[Sequence[Emitted]], None]


class StoreUnavailable(Exception):
    """The store could not commit (disk full, closed, database away): nothing of the operation happened, or, if a
    connection broke while it was being committed, nobody knows. It may be tried again, harmlessly if it has a key."""


class Store(Protocol):
    """Durable, transactional storage.

    `write` runs one verb atomically inside the writer's current group commit, each verb in its own savepoint, and
    returns only after the commit reached the disk. Verbs run in the order they were submitted. If a verb raises,
    its own changes are undone, the others of the group stand, and the error comes back to its caller. A verb may be
    undone and run again before anybody is answered: it changes nothing but its transaction.

    `read` runs a verb on a consistent snapshot that contains every write that returned before it was called. What a
    verb writes in it is undone or refused, and what it emits is dropped.

    A caller that is cancelled while it waits does not undo its verb: it may have been committed, and its events go out.

    Listeners get what each commit emitted, durable events in the order of their offsets, in the event loop's thread,
    and after the callers of `write` have been woken: an author's `ok` is written before the event goes out, if nothing
    is awaited between the two. A listener that raises is logged; the others still hear.

    `pulse` has the store's figures, for the metrics.
    """

    pulse: Pulse

    async def write(self, verb: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R: ...

    async def read(self, verb: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R: ...

    def on_commit(self, listener: Listener) -> None: ...

    async def close(self) -> None: ...


def emit(tx: Tx, event: Emitted) -> None:
    """Hand an event to the listeners when, and only if, this verb's transaction commits."""
    tx.info.setdefault("emitted", []).append(event)


def driver(tx: Tx) -> Any:
    """The DB-API connection under `tx`, for the few hot statements written as raw SQL."""
    return tx.connection.driver_connection
