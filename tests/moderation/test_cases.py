"""The whole file for staff; the outcome, and no more, for whoever holds a code."""

from __future__ import annotations

import pytest

from tests.moderation.house import House
from veillee.model.casefile import CaseState, Measure
from veillee.model.errors import Code, Refused
from veillee.protocol.commands import Target


async def test_the_file_has_evidence_history_and_timeline(house: House) -> None:
    """SAFETY.md §4 item 10: what was said, by whom it was reported and why, and what is known of the device."""
    author, reporter, message, _ = await house.reported()
    nadia, first = await house.moderator("Nadia"), await house.only_case()
    await house.decisions.decide(first.number, first.version, house.ruling(Measure.MUTE, hours=1), nadia)
    await house.effects.drain()
    await house.intake.report(reporter, Target(u=house.members.face(author, "cafe").u), "danger", "il insiste")
    case = await house.only_case()
    await house.queue.claim(case.number, case.version, nadia)
    file = await house.cases.get(case.number)
    assert [(each.reason, each.note) for each in file.complaints] == [("danger", "il insiste")]
    assert [each.number for each in file.history.cases] == [first.number]
    assert [each.kind.value for each in file.history.sanctions] == ["mute"]
    assert [each.measure for each in file.history.strikes] == [Measure.MUTE]
    assert [moment.what for moment in file.timeline] == ["case.opened", "report.received", "case.claimed"]
    assert [each["id"] for each in file.evidence[0].content["messages"]] == [message.id]
    earlier = await house.cases.get(first.number)
    assert list(earlier.enforced.values()) == [house.clock()]


async def test_a_reporter_sees_the_outcome_and_nothing_else(house: House) -> None:
    """DSA art. 16(5): the decision and the redress; nothing about the other person."""
    _, _, message, code = await house.reported()
    followed = await house.cases.by_code(code)
    assert [(each.state, each.outcome) for each in followed.outcomes] == [(CaseState.OPEN, None)]
    assert not followed.contestable
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    await house.decisions.decide(case.number, case.version, house.ruling(Measure.MUTE, hours=1), nadia)
    followed = await house.cases.by_code(code)
    assert (followed.role, followed.reason, followed.outcomes[0].outcome) == ("reporter", "hate", "action")
    assert all(secret not in repr(followed) for secret in ("Corbeau", message.id, "mute", nadia.id, "device"))


async def test_a_statements_code_shows_its_case_too(house: House) -> None:
    """Whoever types either code into either page gets somewhere."""
    await house.reported()
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    done = await house.decisions.decide(case.number, case.version, house.ruling(Measure.REMOVE), nadia)
    assert done.statement is not None
    followed = await house.cases.by_code(house.desk.code(done.statement))
    assert (followed.role, followed.statement, followed.contestable) == ("subject", True, True)


@pytest.mark.parametrize("code", ["", "7F3K-21AB", "0000-0000-0000-0000-00000-00000", "\x00" * 26])
async def test_any_other_code_opens_nothing(house: House, code: str) -> None:
    """Unknown and malformed codes answer alike."""
    with pytest.raises(Refused) as refused:
        await house.cases.by_code(code)
    with pytest.raises(Refused):
        await house.cases.get(code)
    assert refused.value.code is Code.NOT_FOUND


async def test_staff_never_see_an_address(house: House) -> None:
    """LAW.md §8.3 test 18: pseudonyms, declarations and a keyed hash of the device; no address anywhere."""
    await house.reported()
    text = repr(await house.cases.get((await house.only_case()).number)).lower()
    assert "127.0.0.1" not in text
    assert "address" not in text
