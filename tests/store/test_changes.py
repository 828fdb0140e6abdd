"""What changed, noted in the transaction that changed it."""

from __future__ import annotations

import asyncio

import pytest

from tests.doubles import Recording
from veillee.model.event import Changed
from veillee.store import changes
from veillee.store.engine import SqliteStore
from veillee.store.port import Tx, emit

MINE, OTHER = "a" * 16, "b" * 16


def change(tx: Tx, *subjects: str) -> int:
    """A verb that changes things."""
    for subject in subjects:
        emit(tx, Changed("risk", subject, {"state": subject}))
    return len(subjects)


def change_and_fail(tx: Tx, subject: str) -> None:
    """A verb that changes something and then fails."""
    change(tx, subject)
    raise ValueError("no")


async def test_what_a_verb_changed_is_noted_with_who_did_it(store: SqliteStore) -> None:
    """Others read it in order; the process itself need not; listeners hear it once, with the process's name."""
    heard = Recording()
    store.on_commit(heard)
    assert await store.write(changes.noting, MINE, 7, change, "x", "y") == 2
    found = await store.read(changes.since, 0, OTHER)
    assert [(each.id, each.change) for each in found] == [
        (1, Changed("risk", "x", {"state": "x"}, MINE)),
        (2, Changed("risk", "y", {"state": "y"}, MINE)),
    ]
    assert await store.read(changes.since, 0, MINE) == []
    assert [each.id for each in await store.read(changes.since, 1, OTHER)] == [2]
    assert await store.read(changes.newest) == 2
    await asyncio.sleep(0)
    assert heard.events == [each.change for each in found]


async def test_what_was_not_committed_is_not_noted(store: SqliteStore) -> None:
    """The note is part of the verb: both or neither."""
    with pytest.raises(ValueError, match="no"):
        await store.write(changes.noting, MINE, 7, change_and_fail, "x")
    assert await store.read(changes.since, 0, OTHER) == []
    assert await store.read(changes.newest) == 0


async def test_every_state_of_a_subject_is_found(store: SqliteStore) -> None:
    """Whatever several processes wrote of one subject, the oldest first."""
    for node in (MINE, OTHER):
        await store.write(changes.noting, node, 7, change, "x")
    await store.write(changes.noting, node, 7, change, "y")
    assert await store.read(changes.states, ["x"]) == [("x", {"state": "x"})] * 2
