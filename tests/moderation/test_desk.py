"""Codes: derived, canonical, kept as a hash only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.moderation.house import House
from veillee.model.casefile import Measure, Reason, Report, Source
from veillee.model.errors import Code, Refused
from veillee.model.ids import ALPHABET, parse_code
from veillee.moderation.decisions import Decisions
from veillee.moderation.desk import hashed


async def test_a_receipt_can_be_told_again(house: House) -> None:
    """The same report always has the same code, which is 128 bits in canonical groups."""
    report = Report("01R", Source.REPORT, "d", None, Reason.HATE, "", "fr", 1)
    code = house.desk.receipt(report)
    assert code == house.desk.receipt(report) == parse_code(code)
    assert hashed(code.lower().replace("-", " ")) == hashed(code)


@pytest.mark.parametrize("text", ["", "abc", "../etc", "7F3K-21AB", "é" * 26, "0" * 400])
def test_what_is_no_code_opens_nothing(text: str) -> None:
    """A malformed code is refused as an unknown one is."""
    with pytest.raises(Refused) as refused:
        hashed(text)
    assert refused.value.code is Code.NOT_FOUND


async def test_a_number_is_never_given_out_twice(house: House) -> None:
    """The desk draws again when a number is taken."""
    await house.reported()
    taken = (await house.only_case()).number
    number = sum(ALPHABET.index(letter) << 5 * place for place, letter in enumerate(reversed(taken.replace("-", ""))))
    draws = [number.to_bytes(5, "big"), bytes(5)]
    desk = replace(house.desk, entropy=lambda _size: draws.pop(0))
    assert await house.store.read(desk.number) == "0000-0000"


async def test_a_decision_does_not_wait_for_the_next_round(house: House) -> None:
    """Once it is committed the outbox is told, so that it takes effect at once."""
    await house.reported()
    nudges: list[int] = []
    desk = replace(house.desk, nudge=lambda: nudges.append(1))
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    await Decisions(desk).decide(case.number, case.version, house.ruling(Measure.REMOVE), nadia)
    assert nudges == [1]
