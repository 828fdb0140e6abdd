"""The watch: who is on duty until when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from veillee.accountability.duty import LONGEST, Duty
from veillee.model.clock import HOUR
from veillee.model.errors import Refused
from veillee.model.staff import Role, Staff
from veillee.store import staff as verbs
from veillee.store.engine import SqliteStore, connect, engine_over
from veillee.store.tables import catalogue

NADIA = Staff("01NADIA", "nadia", "Nadia", Role.MODERATOR, "fr", 1_000)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A store on a real file, with Nadia in it."""
    with engine_over(connect(tmp_path / "v.db")).connect() as tx:
        catalogue.metadata.create_all(tx)
    made = SqliteStore(tmp_path / "v.db")
    await made.write(verbs.add, NADIA, "h", "s")
    yield made
    await made.close()


async def test_a_room_is_attended_from_start_to_end(store: SqliteStore) -> None:
    """Starting makes the rooms attended, ending makes them unattended."""
    duty = Duty(store, lambda: HOUR)
    assert not duty.attended()
    await duty.start(NADIA, 2)
    assert [(each.pseudonym, each.until) for each in duty.watching()] == [("Nadia", 3 * HOUR)]
    await duty.end(NADIA)
    assert not duty.attended()


async def test_a_duty_ends_by_itself(store: SqliteStore) -> None:
    """Nobody has to remember to go off duty: the hour passes and the rooms are unattended."""
    now = [HOUR]
    duty = Duty(store, lambda: now[0])
    await duty.start(NADIA, 2)
    now[0] = 3 * HOUR
    assert not duty.attended()


async def test_a_restart_remembers_who_watches(store: SqliteStore) -> None:
    """Duty is read from the store when the process starts again."""
    await Duty(store, lambda: HOUR).start(NADIA, 2)
    again = Duty(store, lambda: 2 * HOUR)
    await again.load()
    assert again.attended()


@pytest.mark.parametrize("hours", [0, -1, LONGEST / HOUR + 0.1])
async def test_nobody_watches_for_ever(store: SqliteStore, hours: float) -> None:
    """Twelve hours is the longest watch."""
    with pytest.raises(Refused):
        await Duty(store, lambda: HOUR).start(NADIA, hours)
