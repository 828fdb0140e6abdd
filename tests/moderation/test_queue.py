"""The queue: whoever is in danger first, then what touches more people for longer; claims end by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.moderation.house import House
from veillee.model.casefile import (
    CLAIM_MS,
    Case,
    CaseState,
    Danger,
    Measure,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.clock import DAY, HOUR
from veillee.model.errors import Code, Refused
from veillee.moderation.queue import order, score

NOW = 10 * DAY
CASES = st.builds(
    Case,
    number=st.from_regex(r"[0-9A-Z]{4}-[0-9A-Z]{4}", fullmatch=True),
    subject=st.just(Subject(SubjectKind.ROOM, "cafe", "cafe")),
    source=st.sampled_from(Source),
    state=st.just(CaseState.OPEN),
    version=st.just(1),
    danger=st.sampled_from(Danger),
    readers=st.integers(0, 5_000),
    reporters=st.integers(0, 200),
    reasons=st.just(()),
    categories=st.just(()),
    opened_at=st.integers(0, NOW),
)


@given(st.lists(CASES, max_size=30))
def test_a_life_in_danger_stands_first(cases: list[Case]) -> None:
    """SAFETY.md §4 item 10: however many and old the others are, no case of another lane is before it."""
    lanes = [case.danger is Danger.LIFE for case in sorted(cases, key=lambda case: order(case, NOW))]
    assert lanes == sorted(lanes, reverse=True)


@given(CASES, st.integers(1, 100), st.integers(1, DAY))
def test_danger_reach_and_age_each_press(case: Case, more: int, earlier: int) -> None:
    """All else equal, more danger, more people or more age never moves a case back."""
    here = order(case, NOW)
    assert order(replace(case, danger=Danger(min(case.danger + 1, 3))), NOW) <= here
    assert order(replace(case, readers=case.readers + more), NOW) <= here
    assert order(replace(case, reporters=case.reporters + more), NOW) <= here
    assert order(replace(case, opened_at=case.opened_at - earlier), NOW) <= here


@given(st.lists(CASES, max_size=30, unique_by=lambda case: case.number))
def test_the_order_is_total(cases: list[Case]) -> None:
    """Two people see the same queue: no two cases tie."""
    assert len({order(case, NOW) for case in cases}) == len(cases)


def test_score_is_danger_by_reach_by_age() -> None:
    """A high danger seen by three, an hour old, is nine times two plus one, doubled."""
    case = Case(
        "0000-0000",
        Subject(SubjectKind.ROOM, "c"),
        Source.REPORT,
        CaseState.OPEN,
        1,
        Danger.HIGH,
        3,
        0,
        (),
        (),
        NOW - HOUR,
    )
    assert score(case, NOW) == 9 * 3 * 2


async def test_the_view_shows_what_waits(house: House) -> None:
    """A waiting case has its text, its clock and its claimant; a decided one is gone from the view."""
    await house.reported("minor", "le texte")
    nadia = await house.moderator("Nadia")
    (waiting,) = await house.queue.view()
    assert (waiting.excerpt, waiting.held, waiting.claimed_by) == ("le texte", False, None)
    assert waiting.due_at == waiting.case.opened_at + HOUR
    claimed = await house.queue.claim(waiting.case.number, waiting.case.version, nadia)
    assert (await house.queue.view())[0].claimed_by == nadia.id
    await house.decisions.decide(claimed.number, claimed.version, house.ruling(Measure.REMOVE), nadia)
    assert await house.queue.view() == []
    assert [case.number for case in await house.queue.closed()] == [claimed.number]


async def test_a_claim_keeps_others_away_for_fifteen_minutes(house: House) -> None:
    """DESIGN.md, Life of a report: claims expire, by the clock and not by a job."""
    await house.reported()
    nadia, paul = await house.moderator("Nadia"), await house.moderator("Paul")
    case = await house.only_case()
    mine = await house.queue.claim(case.number, case.version, nadia)
    with pytest.raises(Refused) as refused:
        await house.queue.claim(case.number, mine.version, paul)
    assert refused.value.code is Code.CONFLICT
    mine = await house.queue.claim(case.number, mine.version, nadia)
    house.clock.now += CLAIM_MS
    his = await house.queue.claim(case.number, mine.version, paul)
    assert his.claimant(house.clock()) == paul.id
    with pytest.raises(Refused):
        await house.queue.release(case.number, his.version, nadia)
    freed = await house.queue.release(case.number, his.version, paul)
    assert freed.claimant(house.clock()) is None


async def test_claiming_what_is_not_there(house: House) -> None:
    """An unknown number is not found; a decided case cannot be claimed."""
    await house.reported()
    nadia, case = await house.moderator("Nadia"), await house.only_case()
    with pytest.raises(Refused) as unknown:
        await house.queue.claim("0000-0000", 1, nadia)
    decided = await house.decisions.decide(case.number, case.version, house.ruling(Measure.NO_ACTION), nadia)
    with pytest.raises(Refused) as late:
        await house.queue.claim(case.number, decided.case.version, nadia)
    assert (unknown.value.code, late.value.code) == (Code.NOT_FOUND, Code.CONFLICT)
