"""Verbs on appeals: once a party and decision, answered once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from veillee.model.casefile import Appeal, AppealState, Appellant
from veillee.store import appeals
from veillee.store.port import Store

ONE = Appeal("01A", "0000-0001", "01D", Appellant.SUBJECT, "01S", "Non.", 10)


async def test_an_appeal_is_lodged_and_answered_once(bare: Store) -> None:
    """The first answer stands; a second changes nothing."""
    other = replace(ONE, id="01B", opened_by="01R", appellant=Appellant.REPORTER, at=9)
    await bare.write(appeals.lodge, ONE)
    await bare.write(appeals.lodge, other)
    assert await bare.read(appeals.pending) == [other, ONE]
    assert await bare.write(appeals.answer, "01A", AppealState.REVERSED, "paul", 12, "Oui.")
    assert not await bare.write(appeals.answer, "01A", AppealState.UPHELD, "ana", 13, "Non.")
    answered = replace(ONE, state=AppealState.REVERSED, decided_by="paul", decided_at=12, answer="Oui.")
    assert await bare.read(appeals.get, "01A") == answered
    assert await bare.read(appeals.of_case, "0000-0001") == [other, answered]
    assert await bare.read(appeals.opened_by, "01S") == [answered]
    assert await bare.read(appeals.pending) == [other]
    assert await bare.read(appeals.get, "01Z") is None


async def test_the_same_party_contests_once(bare: Store) -> None:
    """A second appeal of the same statement against the same decision is refused by the database."""
    await bare.write(appeals.lodge, ONE)
    with pytest.raises(IntegrityError):
        await bare.write(appeals.lodge, replace(ONE, id="01B"))
