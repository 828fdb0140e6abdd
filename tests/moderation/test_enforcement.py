"""Enforcement: through chat's verbs, from the outbox, as often as it takes, with the effect of once."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.moderation.house import House, build, reopen
from veillee.model.casefile import AppealState, Measure
from veillee.model.errors import Code, Refused
from veillee.model.message import State
from veillee.model.verdict import Action, Category, Verdict
from veillee.protocol.commands import Target
from veillee.store import guests, messages, outbox


async def decided(house: House, measure: Measure, **more: Any) -> str:
    """Decide the only case in the queue; answers the decision's id. Nothing is carried out yet."""
    case = await house.only_case()
    ruling = house.ruling(measure, **more)
    done = await house.decisions.decide(case.number, case.version, ruling, await house.moderator("Nadia"))
    return done.decision.id


async def test_a_removed_message_is_a_tombstone_and_people_are_told(house: House) -> None:
    """DSA arts. 16(5) and 17: the author gets the statement's code, the reporter the outcome, in their own streams."""
    author, reporter, message, receipt = await house.reported()
    await decided(house, Measure.REMOVE)
    await house.effects.drain()
    stored = await house.store.read(messages.get, message.id)
    assert stored is not None
    assert (stored.state, stored.removed_by) == (State.REMOVED, "moderation")
    (heard,) = await house.events(reporter, "case")
    assert (heard["code"], heard["role"], heard["outcome"]) == (receipt, "reporter", "action")
    (told,) = await house.events(author, "case")
    assert (await house.statements.by_code(told["code"])).decision.measure is Measure.REMOVE
    assert receipt not in str(told)


async def test_a_mute_holds_and_says_until_when(house: House) -> None:
    """Whoever is muted may read; speaking is refused with the case and the code to contest it."""
    author, *_ = await house.reported()
    await decided(house, Measure.MUTE, hours=2, remove=True)
    await house.effects.drain()
    with pytest.raises(Refused) as refused:
        await house.say(author, "encore")
    assert refused.value.code is Code.MUTED
    (event,) = await house.events(author, "sanction")
    assert (event["kind"], event["room"], event["code"]) == ("mute", "cafe", refused.value.secret)


async def test_a_service_ban_holds_everywhere(house: House) -> None:
    """A ban from the service has no room; a room ban has one."""
    author, *_ = await house.reported()
    await decided(house, Measure.SERVICE_BAN, hours=2)
    await house.effects.drain()
    (sanction,) = house.sanctions.active(author.device, "elsewhere")
    assert sanction.room is None
    with pytest.raises(Refused):
        house.sanctions.check_presence(author.device)


async def test_a_warning_restricts_nothing(house: House) -> None:
    """The person is told and can contest; they may go on speaking."""
    author, *_ = await house.reported()
    await decided(house, Measure.WARN)
    await house.effects.drain()
    assert (await house.say(author, "compris")).s is not None
    (event,) = await house.events(author, "sanction")
    assert (event["kind"], event["until"]) == ("warn", None)


async def test_no_action_releases_what_was_held(house: House) -> None:
    """A held message that breaks no rule is seen with an offset of its own, and its author hears so."""
    author = await house.guest("Corbeau")
    house.engine.verdicts["retenu"] = Verdict(Action.HOLD, (Category.HATE,))
    held = await house.say(author, "retenu")
    await decided(house, Measure.NO_ACTION)
    await house.effects.drain()
    stored = await house.store.read(messages.get, held.id)
    assert stored is not None
    assert (stored.state, stored.s) == (State.PUBLISHED, 1)
    (told,) = await house.events(author, "case")
    assert (told["outcome"], told["code"]) == ("released", held.code)


async def test_a_case_about_a_person_removes_what_its_evidence_names(house: House) -> None:
    """Every message that was noticed goes, nothing else does."""
    author = await house.guest("Corbeau")
    house.engine.verdicts["noté"] = Verdict(Action.CARD, (Category.AMBUSH,), card="safe_meeting", case=True)
    noted, other = await house.say(author, "noté"), await house.say(author, "rien")
    await decided(house, Measure.ROOM_BAN, hours=24, remove=True)
    await house.effects.drain()
    states = [found.state for each in (noted, other) if (found := await house.store.read(messages.get, each.id))]
    assert states == [State.REMOVED, State.PUBLISHED]


@pytest.mark.parametrize("stop", range(4))
async def test_a_crash_anywhere_resumes(tmp_path: Path, stop: int) -> None:
    """LAW.md §8.3 test 5: the process dies between two steps of carrying out; after the restart everything holds,
    once: one tombstone, one sanction, one message to each person."""
    house = await build(tmp_path)
    author, reporter, message, _ = await house.reported()
    decision = await decided(house, Measure.MUTE, hours=2, remove=True)
    file = {"decision": decision}
    if stop >= 1:
        await house.messages.remove(
            message.id, (await house.cases.get((await house.queue.closed())[0].number)).case.number
        )
    if stop >= 2:
        await house.enforcement.carry_out(file)  # told, but the effect was not settled
    if stop >= 3:
        await house.enforcement.carry_out(file)
    assert len(await house.store.read(outbox.due)) == 1
    await house.store.close()
    again = await reopen(tmp_path / "veillee.db", house.clock, house.engine, random.Random(stop))
    await again.effects.drain()
    await again.enforcement.carry_out(file)
    assert await again.store.read(outbox.due) == []
    assert len(again.sanctions.active(author.device, "cafe")) == 1
    stream = await again.store.read(messages.events, "cafe", 0, 2**40, 100)
    assert [event.kind for event in stream] == ["msg", "del"]
    assert len(await again.events(author, "sanction")) == 1
    assert len(await again.events(reporter, "case")) == 1
    await again.store.close()


async def test_what_the_author_deleted_stays_deleted(house: House) -> None:
    """A reversal restores what moderation took, never what the author took back themselves."""
    author, _, message, _ = await house.reported()
    await house.messages.delete(author, "cafe", message.id)
    await decided(house, Measure.REMOVE)
    await house.effects.drain()
    (told,) = await house.events(author, "case")
    await house.appeals.lodge(told["code"], "Je l'avais retiré moi-même.")
    paul = await house.moderator("Paul")
    (pending,) = await house.appeals.pending(paul)
    await house.appeals.decide(pending.appeal.id, pending.case.version, AppealState.REVERSED, "En effet.", paul)
    await house.effects.drain()
    stored = await house.store.read(messages.get, message.id)
    assert stored is not None
    assert stored.state is State.REMOVED


async def test_an_effect_of_a_decision_that_is_gone_is_nothing(house: House) -> None:
    """Carrying out an unknown decision changes nothing and does not fail for ever."""
    guest = await house.guest("Lune42")
    await house.enforcement.carry_out({"decision": "01NONE"})
    assert await house.store.read(guests.personal_offset, guest.id) == 0


async def test_a_report_of_a_person_mutes_them_where_they_were(house: House) -> None:
    """A case about a person acts in the room where they were reported."""
    author, reporter = await house.guest("Corbeau"), await house.guest("Lune42")
    await house.intake.report(reporter, Target(u=house.members.face(author, "cafe").u), "harassment", None)
    await decided(house, Measure.MUTE, hours=1)
    await house.effects.drain()
    (sanction,) = house.sanctions.active(author.device, "cafe")
    assert sanction.room == "cafe"
