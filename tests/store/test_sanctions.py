"""Verbs on sanctions: the outbox may repeat them."""

from __future__ import annotations

from tests.doubles import START
from veillee.model.sanction import Sanction, SanctionKind
from veillee.store import sanctions
from veillee.store.port import Store

MUTE = Sanction("S1", SanctionKind.MUTE, "d-G1", "G1", "cafe", "respect", START, START + 600_000, "7F3K-21AB")


async def test_imposing_twice_is_imposing_once(store: Store) -> None:
    """The same sanction again changes nothing; whoever repeats it learns how it stands."""
    assert await store.write(sanctions.impose, MUTE) == MUTE
    assert await store.write(sanctions.impose, MUTE) == MUTE
    assert await store.read(sanctions.standing, START) == [MUTE]


async def test_a_sanction_stands_until_its_end_or_until_it_is_lifted(store: Store) -> None:
    """After its end it stands no more; lifting twice lifts once."""
    await store.write(sanctions.impose, MUTE)
    assert await store.read(sanctions.standing, START + 600_000) == []
    assert await store.write(sanctions.lift, "S1", START + 5) is not None
    assert await store.write(sanctions.lift, "S1", START + 6) is None
    assert await store.read(sanctions.standing, START) == []


async def test_staff_see_what_was_imposed_before(store: Store) -> None:
    """The history of a device holds what was lifted too."""
    await store.write(sanctions.impose, MUTE)
    await store.write(sanctions.lift, "S1", START + 5)
    [past] = await store.read(sanctions.of_device, "d-G1")
    assert (past.id, past.lifted_at) == ("S1", START + 5)
    assert await store.read(sanctions.get, "S2") is None
