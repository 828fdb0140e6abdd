"""A store of which several processes work: what one of them changes, the others can look up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from veillee.model.clock import Clock
from veillee.model.message import State
from veillee.store import erasure, messages, partitions
from veillee.store.changes import noting
from veillee.store.port import Listener, Store, Tx

P = ParamSpec("P")
R = TypeVar("R")


QUIET = frozenset[Callable[..., Any]]({erasure.erase, partitions.keep_up})
"""Verbs that change nothing that a process remembers."""


class SharedStore:
    """A `Store` over another one: each `Changed` that a verb emits is noted in the verb's own transaction, under the
    name of this process. An instance of one process does without."""

    def __init__(self, store: Store, node: str, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.node = node
        self.pulse = store.pulse

    async def write(self, verb: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        if _tells_nothing(verb, args):
            return await self._store.write(verb, *args, **kwargs)
        return await self._store.write(noting, self.node, self._clock(), verb, *args, **kwargs)

    async def read(self, verb: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self._store.read(verb, *args, **kwargs)

    def on_commit(self, listener: Listener) -> None:
        self._store.on_commit(listener)

    async def close(self) -> None:
        await self._store.close()


def _tells_nothing(verb: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Most messages change nothing but their room: the store gets their verb as it is, and may group it."""
    if verb is messages.append:
        return not args[0].risk and args[0].state is State.PUBLISHED
    return verb in QUIET
