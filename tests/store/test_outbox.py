"""The outbox: owed in the transaction, settled once carried out."""

from __future__ import annotations

import pytest

from tests.doubles import START
from veillee.store import outbox
from veillee.store.port import Store, Tx


async def test_effects_are_owed_in_order_until_they_are_settled(store: Store) -> None:
    """Oldest first; a settled one is gone; a failed one stays and counts."""
    for number in range(3):
        await store.write(outbox.put, "topic", {"number": number}, START)
    first, second, _ = await store.read(outbox.due)
    await store.write(outbox.settle, first.id)
    await store.write(outbox.failed, second.id)
    assert [(each.payload["number"], each.attempts) for each in await store.read(outbox.due)] == [(1, 1), (2, 0)]


async def test_what_is_undone_owes_nothing(store: Store) -> None:
    """An effect put by a verb that fails is not owed."""

    def fails(tx: Tx) -> None:
        outbox.put(tx, "topic", {}, START)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fails)
    assert await store.read(outbox.due) == []
