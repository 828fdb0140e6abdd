"""Verbs on appeals: once a party and decision, answered once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from veillee.model.casefile import Appeal, AppealState, Appellant
from veillee.store import appeals
from veillee.store.engine import SqliteStore

ONE = Appeal("01A", "0000-0001", "01D", Appellant.SUBJECT, "01S", "Non.", 10)


async def test_an_appeal_is_lodged_and_answered_once() -> None:
    """The first answer stands; a second changes nothing."""
    store = SqliteStore(None)
    other = replace(ONE, id="01B", opened_by="01R", appellant=Appellant.REPORTER, at=9)
    await store.write(appeals.lodge, ONE)
    await store.write(appeals.lodge, other)
    assert await store.read(appeals.pending) == [other, ONE]
    assert await store.write(appeals.answer, "01A", AppealState.REVERSED, "paul", 12, "Oui.")
    assert not await store.write(appeals.answer, "01A", AppealState.UPHELD, "ana", 13, "Non.")
    answered = replace(ONE, state=AppealState.REVERSED, decided_by="paul", decided_at=12, answer="Oui.")
    assert await store.read(appeals.get, "01A") == answered
    assert await store.read(appeals.of_case, "0000-0001") == [other, answered]
    assert await store.read(appeals.opened_by, "01S") == [answered]
    assert await store.read(appeals.pending) == [other]
    assert await store.read(appeals.get, "01Z") is None
    await store.close()


async def test_the_same_party_contests_once() -> None:
    """A second appeal of the same statement against the same decision is refused by the database."""
    store = SqliteStore(None)
    await store.write(appeals.lodge, ONE)
    with pytest.raises(IntegrityError):
        await store.write(appeals.lodge, replace(ONE, id="01B"))
    await store.close()
