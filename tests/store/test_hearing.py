"""Telling listeners what was committed. What every store promises of it: tests/contracts/test_store.py."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from veillee.model.event import Durable
from veillee.store.hearing import Hearing
from veillee.store.port import Emitted


async def test_what_one_turn_brings_is_told_together_and_a_turn_later() -> None:
    """In order, and to everybody, whatever one of them does."""
    hearing = Hearing()
    told: list[list[int]] = []

    def broken(events: Sequence[Emitted]) -> None:
        raise RuntimeError("listener")

    hearing.add(broken)
    hearing.add(lambda events: told.append([event.s for event in events if isinstance(event, Durable)]))
    hearing.tell([Durable("cafe", 1, "msg", 0, {}), Durable("cafe", 2, "msg", 0, {})])
    hearing.tell([])
    hearing.tell([Durable("cafe", 3, "msg", 0, {})])
    assert told == []
    await asyncio.sleep(0)
    assert told == [[1, 2, 3]]
