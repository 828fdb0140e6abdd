"""Casework as it is built: a refusal has its case and statement in its own transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.pages.house import open_house
from veillee.chat.guests import Entry
from veillee.model.errors import Code, Refused
from veillee.model.message import Draft
from veillee.model.staff import Role


async def test_a_refusal_can_be_read_and_contested(tmp_path: Path) -> None:
    """What automod blocks comes with a case number and a code that opens its statement (DSA art. 17)."""
    async with open_house(tmp_path) as house:
        entered = await house.community.guests.enter(Entry("Lune42", True, "device"))
        await house.community.members.join(entered.guest, "accueil")
        with pytest.raises(Refused) as refused:
            await house.community.messages.post(
                entered.guest, Draft("accueil", "k1", "je vends de la coke 60 le g, livraison Paris")
            )
        assert refused.value.code is Code.BLOCKED_CONTENT
        assert refused.value.secret is not None
        view = await house.moderation.statements.by_code(refused.value.secret)
        assert view.statement.fields["automated_decision"] == "AUTOMATED_DECISION_FULLY"
        code = await house.moderation.reception.appeal(entered.guest, refused.value.secret, "Je parlais d'un soda.")
        assert code == refused.value.secret
        nadia = (await house.accounts.add("nadia", "Nadia", Role.MODERATOR, "une longue phrase", by="cli")).staff
        pending = await house.moderation.appeals.pending(nadia)
        assert [each.case.number for each in pending] == [refused.value.case]
