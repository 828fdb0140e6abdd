"""Judging and storing without a door."""

from __future__ import annotations

from bench.peers.apart import paced


async def test_messages_come_in_rounds_each_once_and_in_order() -> None:
    """As the live door reads them: several in one turn of the loop where they come fast."""
    came: list[int] = []

    async def post(number: int) -> None:
        came.append(number)

    await paced(60, 1_000.0, post)
    assert came == list(range(60))
