"""Whose turn it is to work."""

from __future__ import annotations

from veillee.store import shifts
from veillee.store.engine import SqliteStore

ONE, OTHER = "a" * 16, "b" * 16


async def test_one_has_it_at_a_time(store: SqliteStore) -> None:
    """Taken, kept up, not to be had by another; each kind of work by itself."""
    assert await store.write(shifts.take, "chores", ONE, 0, 60_000)
    assert await store.read(shifts.held, "chores", OTHER, 59_999)
    assert not await store.read(shifts.held, "chores", ONE, 59_999)
    assert not await store.write(shifts.take, "chores", OTHER, 59_999, 119_999)
    assert await store.write(shifts.take, "chores", ONE, 59_999, 119_999)
    assert not await store.write(shifts.take, "chores", OTHER, 119_998, 179_998)
    assert await store.write(shifts.take, "else", OTHER, 59_999, 119_999)


async def test_it_ends_by_itself_or_is_given_back(store: SqliteStore) -> None:
    """Whoever has died has it no longer than its length; whoever stops hands it over; nobody else's is given back."""
    assert await store.write(shifts.take, "chores", ONE, 10, 10)
    assert await store.write(shifts.take, "chores", OTHER, 10, 60_010)
    await store.write(shifts.give_back, "chores", ONE)
    assert not await store.write(shifts.take, "chores", ONE, 11, 60_011)
    await store.write(shifts.give_back, "chores", OTHER)
    assert await store.write(shifts.take, "chores", ONE, 11, 60_011)
