"""The loop's lateness and the collector's pauses are noticed while somebody watches, and nothing stays behind."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest

from tests.doubles import FakeTicks
from tests.live import until
from veillee.gateway import vitals
from veillee.gateway.vitals import Vitals


async def test_a_loop_that_is_held_up_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something that blocks the loop shows as lateness."""
    monkeypatch.setattr(vitals, "EVERY_S", 0.01)
    found = Vitals()
    with found.watching():
        await until(lambda: sum(found.lateness.counts) > 0)
        before = found.lateness.total
        ends = time.monotonic() + 0.06
        while time.monotonic() < ends:
            pass
        await until(lambda: found.lateness.total > before + 0.02)


async def test_collections_are_timed_by_generation() -> None:
    """A full collection counts in generation 2."""
    found = Vitals()
    with found.watching():
        gc.collect()
    assert sum(found.pauses[2].counts) == 1
    assert found.pauses[2].total > 0


async def test_nothing_stays_behind() -> None:
    """After the block neither the collector nor the loop calls back."""
    before = list(gc.callbacks)
    found = Vitals(FakeTicks(1.0))
    with found.watching():
        assert gc.callbacks != before
    assert gc.callbacks == before
    found.collected("start", {"generation": 0})
    found.collected("stop", {"generation": 0})
    assert found.pauses[0].total == 1.0
    await asyncio.sleep(0)
    assert sum(found.lateness.counts) == 0
