"""Work that one process does for all."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.doubles import FakeClock
from tests.stores import opened
from veillee.chat.shift import LENGTH, Shift
from veillee.store.tables.processes import shifts


async def test_one_of_several_works(tmp_path: Path) -> None:
    """The first has the shift as long as it keeps it up; when it says nothing any more, the second has it."""
    clock = FakeClock()
    async with opened("file", tmp_path) as store:
        one, other = (Shift(store, clock, "chores", node * 16) for node in "ab")
        for _ in range(5):
            assert await one.mine()
            assert not await other.mine()
            clock.forward(LENGTH // 2)
        clock.forward(LENGTH)
        assert await other.mine()
        assert not await one.mine()


async def test_a_clock_set_back_does_not_make_a_shift_longer(tmp_path: Path) -> None:
    """A worker whose clock went back an hour believed for an hour that the shift was still its own, asked nobody, and
    the worker that had taken over carried out the same decisions beside it."""
    clock, slow = FakeClock(), FakeClock()
    async with opened("file", tmp_path) as store:
        one, other = Shift(store, slow, "chores", "a" * 16), Shift(store, clock, "chores", "b" * 16)
        assert await one.mine()
        slow.forward(-3_600_000)
        clock.forward(2 * LENGTH)
        assert await other.mine()
        assert not await one.mine()


@pytest.mark.parametrize("hours", [1, -1], ids=["ahead", "behind"])
async def test_a_wrong_clock_neither_takes_nor_holds_a_shift(tmp_path: Path, hours: int) -> None:
    """A worker whose clock was ahead took the shift from one that worked, and when it was killed nobody carried out a
    decision until that time came. PostgreSQL's clock counts for all."""
    wrong, right = FakeClock(), FakeClock()
    wrong.forward(hours * 3_600_000)
    async with opened("postgres", tmp_path) as store:
        one, other = Shift(store, right, "chores", "a" * 16), Shift(store, wrong, "chores", "b" * 16)
        assert await one.mine()
        assert not await other.mine()
        await one.end()
        assert await other.mine()
        [until] = [row.until for row in await store.read(lambda tx: tx.execute(select(shifts)).all())]
        assert abs(until - LENGTH - time.time() * 1000) < 60_000


async def test_whoever_stops_hands_over(tmp_path: Path) -> None:
    """Nobody has to wait until the shift runs out."""
    clock = FakeClock()
    async with opened("memory", tmp_path) as store:
        one, other = (Shift(store, clock, "chores", node * 16) for node in "ab")
        assert await one.mine()
        await other.end()  # it is not the other's to give
        assert not await other.mine()
        await one.end()
        assert await other.mine()


async def test_a_process_alone_always_works(tmp_path: Path) -> None:
    """Without others nothing is asked or written, whatever the store can do."""
    async with opened("memory", tmp_path) as store:
        alone = Shift(store, FakeClock(), "chores", None)
        await store.close()
        assert await alone.mine()
        await alone.end()


async def test_without_the_store_nobody_works(tmp_path: Path) -> None:
    """Two could otherwise both do it."""
    async with opened("memory", tmp_path) as store:
        shift = Shift(store, FakeClock(), "chores", "a" * 16)
        await store.close()
        assert not await shift.mine()
