"""Deciding: complete or refused, once, and always with its statement."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.moderation.house import House
from veillee.model.casefile import CaseState, Ground, Measure, Ruling
from veillee.model.clock import DAY, HOUR
from veillee.model.errors import Code, Refused
from veillee.store import audit, decisions, outbox, statements
from veillee.store.port import Tx


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("facts", {"facts": "   "}),
        ("ground", {"ground": None}),
        ("rule", {"rule": None}),
        ("rule", {"rule": "nonesuch"}),
        ("law", {"ground": Ground.ILLEGAL}),
        ("ends_at", {"ends_at": None}),
        ("ends_at", {"ends_at": 1}),
        ("ends_at", {"hours": 24 * 400}),
        ("measure", {"measure": Measure.BLOCK}),
    ],
)
async def test_a_restriction_needs_ground_facts_rule_and_end(house: House, field: str, change: dict[str, Any]) -> None:
    """LAW.md §8.3 test 4 (DSA art. 17(3)): no mute without facts, ground, rule or article, and an end."""
    await house.reported()
    moderator, case = await house.moderator("Nadia"), await house.only_case()
    given: dict[str, Any] = {"measure": Measure.MUTE, "hours": 1} | change
    measure, hours = given.pop("measure"), given.pop("hours")
    with pytest.raises(Refused) as refused:
        await house.decisions.decide(case.number, case.version, house.ruling(measure, hours=hours, **given), moderator)
    assert (refused.value.code, refused.value.params["field"]) == (Code.BAD_REQUEST, field)
    assert (await house.only_case()).state is CaseState.OPEN


async def test_decision_statement_audit_and_outbox_are_one_write(house: House) -> None:
    """DSA art. 17: the statement is written with the restriction, and so is what is owed to the world."""
    author, _, _, _ = await house.reported()
    moderator, case = await house.moderator("Nadia"), await house.only_case()
    decided = await house.decisions.decide(case.number, case.version, house.ruling(Measure.MUTE, hours=1), moderator)
    assert decided.case.state is CaseState.DECIDED
    assert decided.statement is not None
    assert decided.statement.guest_id == author.id
    assert decided.decision.rule == "respect@1"
    assert [effect.payload for effect in await house.store.read(outbox.due)] == [{"decision": decided.decision.id}]
    entry = (await house.store.read(audit.entries, subject=case.number))[0]
    assert (entry.actor, entry.action) == (moderator.id, "case.decided")


async def test_a_failure_inside_leaves_nothing_behind(house: House) -> None:
    """LAW.md §8.3 test 5: never a restriction without its statement, wherever the write stops."""
    await house.reported()
    moderator, case = await house.moderator("Nadia"), await house.only_case()

    def decide_and_fail(tx: Tx) -> None:
        from veillee.moderation import decisions as deciding

        deciding._decide(tx, house.desk, case.number, case.version, ruling, moderator.id, house.clock())
        raise RuntimeError("the power went")

    ruling = house.ruling(Measure.REMOVE)
    with pytest.raises(RuntimeError):
        await house.store.write(decide_and_fail)
    assert (await house.only_case()).version == case.version
    assert await house.store.read(decisions.of_case, case.number) == []
    assert await house.store.read(statements.of_case, case.number) == []
    assert await house.store.read(outbox.due) == []


async def test_fifty_moderators_decide_once(house: House) -> None:
    """SAFETY.md §4 item 10: fifty people decide the same case at once; one does, the others are told so."""
    await house.reported()
    case = await house.only_case()
    people = [await house.moderator(f"Mod{number}") for number in range(50)]
    outcomes = await asyncio.gather(
        *(house.decisions.decide(case.number, case.version, house.ruling(Measure.REMOVE), each) for each in people),
        return_exceptions=True,
    )
    refusals = [each for each in outcomes if isinstance(each, Refused)]
    assert [each.code for each in refusals] == [Code.CONFLICT] * 49
    assert len(await house.store.read(decisions.of_case, case.number)) == 1
    assert len(await house.store.read(statements.of_case, case.number)) == 1


async def test_a_claimed_case_is_decided_by_its_claimant(house: House) -> None:
    """Whoever has claimed it decides; another may once the claim ran out."""
    await house.reported()
    nadia, paul = await house.moderator("Nadia"), await house.moderator("Paul")
    case = await house.only_case()
    claimed = await house.queue.claim(case.number, case.version, nadia)
    with pytest.raises(Refused) as refused:
        await house.decisions.decide(case.number, claimed.version, house.ruling(Measure.NO_ACTION), paul)
    assert refused.value.code is Code.CONFLICT
    house.clock.now += HOUR
    decided = await house.decisions.decide(case.number, claimed.version, house.ruling(Measure.NO_ACTION), paul)
    assert decided.statement is None
    assert decided.decision.by == paul.id


async def test_a_stale_version_changes_nothing(house: House) -> None:
    """Who decides on a page that has aged is asked to look again."""
    await house.reported()
    nadia, case = await house.moderator("Nadia"), await house.only_case()
    await house.queue.claim(case.number, case.version, nadia)
    with pytest.raises(Refused) as refused:
        await house.decisions.decide(case.number, case.version, house.ruling(Measure.REMOVE), nadia)
    assert refused.value.code is Code.CONFLICT


async def test_an_unknown_case_is_not_found(house: House) -> None:
    """A number that was never given out opens nothing."""
    nadia = await house.moderator("Nadia")
    with pytest.raises(Refused) as refused:
        await house.decisions.decide("0000-0000", 1, Ruling(Measure.NO_ACTION), nadia)
    assert refused.value.code is Code.NOT_FOUND


async def test_illegal_content_cites_the_article(house: House) -> None:
    """DSA art. 17(3)(d): the legal ground, with the rule beside it or without."""
    await house.reported()
    nadia, case = await house.moderator("Nadia"), await house.only_case()
    law = "Loi du 29 juillet 1881, article 24, alinéa 7"
    ruling = Ruling(Measure.SERVICE_BAN, "Appel à la haine.", Ground.ILLEGAL, law=law, ends_at=house.clock() + 30 * DAY)
    decided = await house.decisions.decide(case.number, case.version, ruling, nadia)
    assert decided.statement is not None
    assert decided.statement.fields["illegal_content_legal_ground"] == law
    assert decided.decision.rule is None
