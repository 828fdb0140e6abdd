"""Appeals: by code, in time, once, answered by somebody else; what was wrong is undone exactly."""

from __future__ import annotations

from typing import Any

import pytest

from tests.moderation.house import House
from veillee.model.casefile import AppealState, CaseState, Measure, Ruling
from veillee.model.clock import DAY
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.message import State
from veillee.model.staff import Staff
from veillee.model.verdict import Action, Category, Verdict
from veillee.store import casefiles, decisions, messages
from veillee.store.port import Tx
from veillee.store.tables.casework import statements


async def restricted(house: House, measure: Measure, **more: Any) -> tuple[Guest, str, Staff]:
    """Somebody is restricted by Nadia: the person, the statement's code, Nadia."""
    author, *_ = await house.reported()
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    done = await house.decisions.decide(case.number, case.version, house.ruling(measure, **more), nadia)
    await house.effects.drain()
    assert done.statement is not None
    return author, house.desk.code(done.statement), nadia


async def answer(house: House, staff: Staff, outcome: AppealState, ruling: Ruling | None = None) -> None:
    """Answer the only pending appeal and carry it out."""
    (pending,) = await house.appeals.pending(staff)
    await house.appeals.decide(pending.appeal.id, pending.case.version, outcome, "Relu à deux.", staff, ruling)
    await house.effects.drain()


async def test_a_reversal_restores_everything(house: House) -> None:
    """LAW.md §8.3 test 7 (DSA art. 20(4)): the message is back, the sanction lifted, the strike gone; the person and
    the reporter hear of it; the reversal has its own statement."""
    author, code, _ = await restricted(house, Measure.MUTE, hours=24, remove=True)
    device = author.device
    assert len(await house.store.read(decisions.strikes, device, 0)) == 1
    await house.appeals.lodge(code, "Je citais un article.")
    paul = await house.moderator("Paul")
    await answer(house, paul, AppealState.REVERSED)
    assert house.sanctions.active(device) == []
    assert await house.store.read(decisions.strikes, device, 0) == []
    view = await house.statements.by_code(code)
    assert view.reversed_at is not None
    assert [each.state for each in view.appeals] == [AppealState.REVERSED]
    assert not view.contestable
    assert len(view.later) == 1
    (named,) = (await house.cases.get(view.case)).messages
    assert named.state is State.PUBLISHED
    assert (await house.say(author, "merci")).s is not None
    lifted = [event for event in await house.events(author, "sanction") if event.get("lifted")]
    assert len(lifted) == 1


async def test_whoever_decided_does_not_answer(house: House) -> None:
    """LAW.md §8.3 test 7 (DSA art. 20(6)): somebody else answers; the first decider is refused."""
    _, code, nadia = await restricted(house, Measure.REMOVE)
    await house.appeals.lodge(code, "Non.")
    await house.moderator("Paul")
    (pending,) = await house.appeals.pending(nadia)
    assert not pending.may_decide
    with pytest.raises(Refused) as refused:
        await answer(house, nadia, AppealState.UPHELD)
    assert refused.value.code is Code.FORBIDDEN


async def test_a_single_moderator_answers_and_it_is_flagged(house: House) -> None:
    """LAW.md §1.10: where there is nobody else, the decision says that its author reviewed themselves."""
    _, code, nadia = await restricted(house, Measure.REMOVE)
    await house.appeals.lodge(code, "Non.")
    (pending,) = await house.appeals.pending(nadia)
    assert (pending.may_decide, pending.alone) == (True, True)
    await answer(house, nadia, AppealState.REVERSED)
    file = await house.cases.get(pending.case.number)
    assert [each.own_reviewer for each in file.decisions] == [False, True]


@pytest.mark.parametrize(("days", "accepted"), [(0, True), (1, False)])
async def test_the_last_day_counts_and_the_next_does_not(house: House, days: int, accepted: bool) -> None:
    """LAW.md §8.3 test 6 (DSA art. 20(1)): on the last day of the sixth month yes, the day after no."""
    _, code, _ = await restricted(house, Measure.REMOVE)
    house.clock.now = (await house.statements.by_code(code)).statement.appeal_until + days * DAY
    if accepted:
        assert await house.appeals.lodge(code, "Non.") == code
    else:
        with pytest.raises(Refused) as refused:
            await house.appeals.lodge(code, "Non.")
        assert refused.value.code is Code.CONFLICT


async def test_contesting_twice_is_refused(house: House) -> None:
    """One appeal a decision: a second one, before or after the answer, is refused."""
    _, code, _ = await restricted(house, Measure.REMOVE)
    await house.appeals.lodge(code, "Non.")
    with pytest.raises(Refused):
        await house.appeals.lodge(code, "Vraiment non.")
    await answer(house, await house.moderator("Paul"), AppealState.UPHELD)
    with pytest.raises(Refused) as refused:
        await house.appeals.lodge(code, "Toujours non.")
    assert refused.value.code is Code.CONFLICT
    assert (await house.statements.by_code(code)).appeals[0].answer == "Relu à deux."


@pytest.mark.parametrize(("note", "code"), [("  ", Code.EMPTY), ("x" * 2_001, Code.TOO_LONG)])
async def test_a_note_has_a_length(house: House, note: str, code: Code) -> None:
    """An appeal says something, in two thousand characters."""
    _, secret, _ = await restricted(house, Measure.REMOVE)
    with pytest.raises(Refused) as refused:
        await house.appeals.lodge(secret, note)
    assert refused.value.code is code


async def test_an_automatic_block_is_reopened_and_released(house: House) -> None:
    """DSA art. 20(6): not by automatic means alone; a person releases what automod refused, at an offset of its own."""
    author = await house.guest("Corbeau")
    house.engine.verdicts["refusé"] = Verdict(Action.BLOCK, (Category.HATE,))
    with pytest.raises(Refused) as blocked:
        await house.say(author, "refusé")
    assert blocked.value.secret is not None
    await house.appeals.lodge(blocked.value.secret, "C'est une citation.")
    nadia = await house.moderator("Nadia")
    (pending,) = await house.appeals.pending(nadia)
    assert pending.case.state is CaseState.APPEALED
    await answer(house, nadia, AppealState.REVERSED)
    stored = await house.store.read(messages.get, (await house.cases.get(pending.case.number)).case.subject.id)
    assert stored is not None
    assert (stored.state, stored.s) == (State.PUBLISHED, 1)
    assert (await house.cases.get(pending.case.number)).case.state is CaseState.DECIDED


async def test_contesting_a_hold_is_answered_by_the_queue(house: House) -> None:
    """A hold that is contested while it waits is not decided twice: the case's decision is the answer."""
    author = await house.guest("Corbeau")
    house.engine.verdicts["retenu"] = Verdict(Action.HOLD, (Category.HATE,))
    held = await house.say(author, "retenu")
    assert held.code is not None
    await house.appeals.lodge(held.code, "Pourquoi ?")
    nadia = await house.moderator("Nadia")
    assert await house.appeals.pending(nadia) == []
    case = await house.only_case()
    await house.decisions.decide(case.number, case.version, house.ruling(Measure.NO_ACTION), nadia)
    assert [each.state for each in (await house.statements.by_code(held.code)).appeals] == [AppealState.REVERSED]


async def test_a_reporter_contests_inaction(house: House) -> None:
    """DSA art. 20(1): who reported may contest a decision not to act; reversing it takes the measure that was due."""
    author, reporter, _, receipt = await house.reported()
    case, nadia = await house.only_case(), await house.moderator("Nadia")
    with pytest.raises(Refused) as early:
        await house.appeals.lodge(receipt, "Alors ?")
    await house.decisions.decide(case.number, case.version, house.ruling(Measure.NO_ACTION), nadia)
    await house.effects.drain()
    assert (await house.cases.by_code(receipt)).contestable
    assert await house.appeals.lodge(receipt, "Regardez encore.") == receipt
    paul = await house.moderator("Paul")
    with pytest.raises(Refused) as lacking:
        await answer(house, paul, AppealState.REVERSED)
    assert (early.value.code, lacking.value.params["field"]) == (Code.CONFLICT, "ruling")
    await answer(house, paul, AppealState.REVERSED, house.ruling(Measure.MUTE, hours=1))
    assert len(house.sanctions.active(author.device, "cafe")) == 1
    followed = await house.cases.by_code(receipt)
    assert (followed.outcomes[0].outcome, followed.appeals[0].state) == ("action", AppealState.REVERSED)
    assert "appeal_reversed" in [event["outcome"] for event in await house.events(reporter, "case")]


async def test_a_partial_reversal_puts_a_milder_measure(house: House) -> None:
    """The harmonised outcomes know three answers: the ban becomes an hour's mute."""
    author, code, _ = await restricted(house, Measure.SERVICE_BAN, hours=240)
    await house.appeals.lodge(code, "Trop long.")
    paul = await house.moderator("Paul")
    await answer(house, paul, AppealState.PARTIALLY_REVERSED, house.ruling(Measure.MUTE, hours=1))
    house.sanctions.check_presence(author.device)
    (sanction,) = house.sanctions.active(author.device, "cafe")
    assert sanction.kind.value == "mute"


@pytest.mark.parametrize(
    ("outcome", "text", "field"),
    [
        (AppealState.PENDING, "x", "outcome"),
        (AppealState.UPHELD, " ", "answer"),
        (AppealState.UPHELD, "x" * 5_001, "answer"),
    ],
)
async def test_an_answer_has_reasons(house: House, outcome: AppealState, text: str, field: str) -> None:
    """DSA art. 20(5): a reasoned decision."""
    _, code, _ = await restricted(house, Measure.REMOVE)
    await house.appeals.lodge(code, "Non.")
    paul = await house.moderator("Paul")
    (pending,) = await house.appeals.pending(paul)
    with pytest.raises(Refused) as refused:
        await house.appeals.decide(pending.appeal.id, pending.case.version, outcome, text, paul)
    assert refused.value.params["field"] == field


async def test_two_answers_at_once_are_one(house: House) -> None:
    """The version of the case decides: a second answer, or a stale one, is told so."""
    _, code, _ = await restricted(house, Measure.REMOVE)
    await house.appeals.lodge(code, "Non.")
    paul, ana = await house.moderator("Paul"), await house.moderator("Ana")
    (pending,) = await house.appeals.pending(paul)
    await answer(house, paul, AppealState.UPHELD)
    with pytest.raises(Refused) as refused:
        await house.appeals.decide(pending.appeal.id, pending.case.version, AppealState.REVERSED, "Si.", ana)
    with pytest.raises(Refused) as unknown:
        await house.appeals.decide("01NONE", 1, AppealState.REVERSED, "Si.", ana)
    assert (refused.value.code, unknown.value.code) == (Code.CONFLICT, Code.NOT_FOUND)


async def test_no_code_is_in_the_clear(house: House) -> None:
    """The statements' table keeps hashes only."""
    _, code, _ = await restricted(house, Measure.REMOVE)

    def everything(tx: Tx) -> str:
        return str(tx.execute(statements.select()).all())

    assert code not in await house.store.read(everything)
    assert (await house.store.read(casefiles.latest))[0].number not in code
