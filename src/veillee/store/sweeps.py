"""A group of writes in one transaction of PostgreSQL: cut into sweeps, each undone alone if it fails.

A sweep is one call of a verb, or consecutive calls of one with a grouped form (`store/together`), carried out by a few
statements. Runs in SQLAlchemy's greenlet: every statement lets the event loop go on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from veillee.model.event import Durable
from veillee.store import together
from veillee.store.dialects import run
from veillee.store.link import Fate, fate, sqlstate
from veillee.store.port import StoreUnavailable, Tx

GROUP_LIMIT = 512
"""Operations in one commit at most: bounds the wait of the first one."""
SAVEPOINTS = 60
"""Savepoints in one commit at most: beyond 64 PostgreSQL looks them up on disk, in every process."""
TAKEN = "23505"
"""A key that must be unique is taken."""


class Operation(NamedTuple):
    """What somebody submitted, and where the answer goes."""

    verb: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    answer: asyncio.Future[Any]


class Committed(NamedTuple):
    """What became of a group: for each operation whether it was done and its value or error; events in order."""

    outcomes: list[tuple[bool, Any]]
    events: list[Durable]


class AnswerLost(StoreUnavailable):
    """The connection broke after the server was asked to commit: nobody knows whether it did."""


def next_group(queue: deque[Operation]) -> list[Operation]:
    """Take the next group off the queue, in its order: as much as one commit may hold."""
    group: list[Operation] = []
    sweeps = 0
    while queue and len(group) < GROUP_LIMIT:
        following = queue[0]
        if not (group and together.fits(following) and group[-1].verb is following.verb and together.fits(group[-1])):
            if sweeps == SAVEPOINTS:
                break
            sweeps += 1
        group.append(queue.popleft())
    return group


def carry_out(tx: Tx, group: Sequence[Operation]) -> Committed:
    """Begin, carry out and commit: each sweep in a savepoint of its own, unless it is the only one.

    An error of a verb is its caller's outcome. Raises whatever else happens, with the transaction still open, and
    `AnswerLost` where it may have been committed.
    """
    sweeps = together.sweeps(group)
    outcomes: list[tuple[bool, Any]] = []
    events: list[Durable] = []
    run(tx, "BEGIN")
    alone = len(sweeps) == 1
    repeated: list[Operation] = []
    while sweeps:
        sweep = sweeps.pop(0)
        if not alone:
            run(tx, "SAVEPOINT sweep")
        emitted: list[Durable] = []
        tx.info["emitted"] = emitted
        try:
            values = together.carry_out(tx, sweep)
        except Exception as error:
            if fate(error, tx) is not Fate.OWN:
                raise
            run(tx, "ROLLBACK; BEGIN" if alone else "ROLLBACK TO sweep; RELEASE sweep")
            if len(sweep) > 1:
                alone = False
                sweeps[:0] = [[operation] for operation in sweep]
            elif sqlstate(error) == TAKEN and sweep is not repeated:
                repeated = sweep  # by another process, just now: looking again, the verb sees it
                sweeps.insert(0, sweep)
            else:
                outcomes.append((False, error))
        else:
            if not alone:
                run(tx, "RELEASE sweep")
            outcomes += [(True, value) for value in values]
            events += emitted
    _end(tx)
    return Committed(outcomes, events)


def _end(tx: Tx) -> None:
    try:
        tag = run(tx, "COMMIT")
    except Exception as error:
        if fate(error, tx) is Fate.LOST:
            raise AnswerLost(f"the connection broke before the commit was answered: {kind_of(error)}") from error
        raise
    if tag != "COMMIT":
        raise StoreUnavailable(f"nothing was committed: the server answered {tag}")


def kind_of(error: BaseException) -> str:
    """What happened, without the statement and its values: they hold what people wrote."""
    state = sqlstate(error)
    return f"{type(error).__name__} ({state})" if state else type(error).__name__
