"""The store's own figures: what was committed together, how long it took, what failed, what waits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.stores import KINDS, opened, with_room
from veillee.store.port import StoreUnavailable, Tx, driver
from veillee.store.pulse import Pulse


def test_groups_and_failures_are_counted_apart() -> None:
    """Operations and seconds of what was committed; a number of what was not."""
    pulse = Pulse(lambda: 3)
    pulse.committed(2, 0.004)
    pulse.failed()
    assert (pulse.groups.total, sum(pulse.groups.counts), pulse.commits.total) == (2, 1, 0.004)
    assert (pulse.unavailable, pulse.waiting()) == (1, 3)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_store_counts_every_operation_once(tmp_path: Path, kind: str) -> None:
    """Whatever the grouping, on every store: the sum over groups is the number of operations."""
    async with opened(kind, tmp_path) as store:
        await with_room(store)
        before = store.pulse.groups.total
        await asyncio.gather(*(store.write(lambda tx: None) for _ in range(40)))
        assert store.pulse.groups.total - before == 40
        assert store.pulse.commits.total > 0
        assert store.pulse.waiting() == 0


async def test_a_commit_that_fails_is_counted(tmp_path: Path) -> None:
    """Callers get `StoreUnavailable`, the operator sees a number."""

    def spoil(tx: Tx) -> None:
        driver(tx).execute("ROLLBACK")

    async with opened("file", tmp_path) as store:
        with pytest.raises(StoreUnavailable):
            await store.write(spoil)
        assert store.pulse.unavailable == 1
