"""The counter where guests report and contest: what the live door calls."""

from __future__ import annotations

import pytest

from tests.moderation.house import House
from veillee.chat.throttle import Throttle
from veillee.model.casefile import Measure
from veillee.model.errors import Code, Refused
from veillee.moderation.reception import Reception
from veillee.protocol.commands import Target


async def test_report_then_appeal(house: House) -> None:
    """Both answer the code under which the outcome stands."""
    author, reporter = await house.guest("Corbeau"), await house.guest("Lune42")
    message = await house.say(author, "bonsoir")
    reception = Reception(house.intake, house.appeals, Throttle(), house.clock)
    receipt = await reception.report(reporter, Target(r="cafe", id=message.id), "hate", None)
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    await house.decisions.decide(case.number, case.version, house.ruling(Measure.NO_ACTION), nadia)
    assert await reception.appeal(None, receipt, "Regardez encore.") == receipt


async def test_trying_codes_has_a_pace(house: House) -> None:
    """A guest who tries one code after the other is slowed down."""
    guest = await house.guest("Lune42")
    reception = Reception(house.intake, house.appeals, Throttle(), house.clock)
    for _ in range(10):
        with pytest.raises(Refused) as refused:
            await reception.appeal(guest, "0000", "Non.")
        assert refused.value.code is Code.NOT_FOUND
    with pytest.raises(Refused) as slowed:
        await reception.appeal(guest, "0000", "Non.")
    assert slowed.value.code is Code.RATE_LIMITED
