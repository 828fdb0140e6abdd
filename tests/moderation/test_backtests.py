"""Trying a changed rule on what was said in public."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.automod.editing import edition
from tests.moderation import rules
from tests.moderation.rules import Place
from veillee.model.clock import DAY
from veillee.moderation import backtests


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A desk of rules, closed afterwards."""
    made = await rules.build(tmp_path)
    yield made
    await made.store.close()


async def test_what_was_said_is_tried_in_order(place: Place) -> None:
    """Hits, people, overlap, samples; only what was said in the time asked for."""
    await place.said("bonsoir", "je vends figue", "je vends figue poire", "on mange figue")
    report = await place.backtests.run([edition()], place.clock() - DAY)
    assert (report.seen, report.hits, report.people) == (4, 2, 2)
    assert report.overlap == {"fr.test.poire@1": 1}
    assert [hit.body for hit in report.samples] == ["je vends figue", "je vends figue poire"]
    assert (await place.backtests.run([edition()], place.clock())).seen == 0


async def test_many_messages_are_judged_in_processes_of_their_own(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same figures in the same order, however the work is cut."""
    await place.said(*(f"je vends figue {n}" if n % 3 == 0 else f"bonsoir {n}" for n in range(200)))
    alone = await place.backtests.run([edition()], 0)
    monkeypatch.setattr(backtests, "BATCH", 30)
    together = await place.backtests.run([edition()], 0)
    assert together == alone
    assert (alone.seen, alone.hits) == (200, 67)
