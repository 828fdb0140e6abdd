"""Two processes over one database: what the single writer of SQLite gives for nothing holds on PostgreSQL too.

Each pair is submitted at the same moment to two stores, several times over, so that the two transactions overlap.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.exc import IntegrityError

from tests.doubles import START, Recording
from tests.stores import message, opened, with_room
from veillee.model.casefile import (
    Appeal,
    Appellant,
    Case,
    CaseState,
    Danger,
    Notifier,
    Reason,
    Report,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.guest import Guest
from veillee.model.message import State
from veillee.model.sanction import Sanction, SanctionKind
from veillee.model.staff import Role, Staff
from veillee.store import appeals, casefiles, decisions, guests, messages, rooms, sanctions, secrets, staff
from veillee.store.port import Store, Tx

LUNE = Guest("G1", "d-G1", "Lune42", "lune42", START)
ROUNDS = range(8)


@pytest_asyncio.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores of one database with a room and a guest, connected already."""
    async with opened("postgres", tmp_path) as one, opened("postgres", tmp_path) as two:
        await with_room(one)
        await one.write(guests.add, LUNE, "token", "phrase")
        await two.write(guests.seen, [], 0)
        yield one, two


async def at_once(both: tuple[Store, Store], verb: Callable[..., Any], *calls: tuple[Any, ...]) -> list[Any]:
    """The verb with each of the arguments, the first on one store, the second on the other."""
    return list(await asyncio.gather(*(store.write(verb, *call) for store, call in zip(both, calls, strict=True))))


def about(subject_id: str, number: str) -> Case:
    """A new case."""
    subject = Subject(SubjectKind.MESSAGE, subject_id, "cafe", "G1", "d-G1", "Lune42")
    return Case(number, subject, Source.REPORT, CaseState.OPEN, 1, Danger.LOW, 0, 0, (Reason.HATE,), (), START)


def report(report_id: str, reporter: str) -> Report:
    """What somebody reported."""
    return Report(report_id, Source.REPORT, reporter, None, Reason.HATE, "", "fr", START, Notifier())


async def test_offsets_have_no_hole_and_no_repeat(both: tuple[Store, Store]) -> None:
    """Two processes say four hundred things in two rooms: each counts 1 to 200; each process hears its own in order."""
    await with_room(both[0], "jardin")
    heard = [Recording(), Recording()]
    for store, recording in zip(both, heard, strict=True):
        store.on_commit(recording)
    calls = [
        both[n % 2].write(messages.append, message(n, room=("cafe", "jardin")[n // 2 % 2], guest=f"G{n % 5}"))
        for n in range(400)
    ]
    await asyncio.gather(*calls)
    for room in ("cafe", "jardin"):
        own = [[event.s for event in recording.durable(room)] for recording in heard]
        assert own == [sorted(each) for each in own]
        assert sorted(own[0] + own[1]) == list(range(1, 201))
        assert [event.s for event in await both[1].read(messages.events, room, 0, 999, 999)] == list(range(1, 201))


async def test_one_key_is_one_message(both: tuple[Store, Store]) -> None:
    """The same (author, key) sent to two processes at once: one says it, the other answers what was said."""
    for turn in ROUNDS:
        one = message(turn * 2)
        two = replace(message(turn * 2 + 1), key=one.key, digest=one.digest)
        answers = await at_once(both, messages.append, (one,), (two,))
        assert sorted(answer.duplicate for answer in answers) == [False, True]
        assert len({(answer.id, answer.s) for answer in answers}) == 1
    assert await both[0].read(messages.last_offset, "cafe") == len(ROUNDS)


async def test_a_look_alike_enters_once(both: tuple[Store, Store]) -> None:
    """Two people at two doors under one pseudonym: one is admitted. The same device may, at both."""
    for turn in ROUNDS:
        twins = [Guest(f"{turn}{who}", f"d-{who}", f"Hibou{turn}", f"hibou{turn}", START) for who in "ab"]
        calls = [(twin, f"token-{twin.id}", None, START) for twin in twins]
        assert sorted(await at_once(both, guests.admit, *calls)) == [False, True]
        assert len(await both[0].read(guests.holding, f"hibou{turn}", START)) == 1


async def test_a_name_is_taken_once_by_entering_renaming_and_coming_back(both: tuple[Store, Store]) -> None:
    """Whichever way two people come to a pseudonym, one gets it."""
    for turn in ROUNDS:
        entering = Guest(f"E{turn}", "d-E", "Braise", f"braise{turn}", START)
        renamed = replace(LUNE, pseudonym="Braise", skeleton=f"braise{turn}")
        outcomes = await asyncio.gather(
            both[0].write(guests.admit, entering, f"t{turn}", None, START),
            both[1].write(guests.take_name, renamed, START),
        )
        assert sorted(outcomes) == [False, True]


async def test_a_subject_has_one_open_case(both: tuple[Store, Store]) -> None:
    """Two reports at once open one case and join it; every reporter is counted."""

    def receive(tx: Tx, subject_id: str, number: str, who: str) -> str:
        case = casefiles.open_or_join(tx, about(subject_id, number))
        casefiles.add_report(tx, report(f"{subject_id}{who}", who), f"{subject_id}{who}")
        casefiles.join_report(tx, report(f"{subject_id}{who}", who), case.number, "", None)
        return case.number

    for turn in ROUNDS:
        one, two = await at_once(both, receive, (f"M{turn}", f"A{turn}", "x"), (f"M{turn}", f"B{turn}", "y"))
        assert one == two
        case = await both[0].read(casefiles.get, one)
        assert case is not None
        assert case.reporters == 2


async def test_a_report_never_joins_a_case_that_is_being_decided(both: tuple[Store, Store]) -> None:
    """Either it is in before the decision, or it opens a new case: it does not end where nobody looks any more."""

    def decide(tx: Tx, number: str) -> list[str]:
        casefiles.move(tx, number, 1, CaseState.DECIDED, START)
        return [known.id for known, _ in casefiles.reports_of(tx, number)]

    def receive(tx: Tx, turn: int) -> str:
        case = casefiles.open_or_join(tx, about(f"M{turn}", f"B{turn}"))
        casefiles.add_report(tx, report(f"r{turn}", "x"), f"r{turn}")
        casefiles.join_report(tx, report(f"r{turn}", "x"), case.number, "", None)
        return case.number

    for turn in ROUNDS:
        await both[0].write(casefiles.open_or_join, about(f"M{turn}", f"A{turn}"))
        seen, joined = await asyncio.gather(both[0].write(decide, f"A{turn}"), both[1].write(receive, turn))
        case = await both[0].read(casefiles.get, joined)
        assert case is not None
        assert case.state is CaseState.OPEN or seen == [f"r{turn}"]


async def test_a_version_moves_once(both: tuple[Store, Store]) -> None:
    """Two people decide at once: one of them did."""
    for turn in ROUNDS:
        await both[0].write(casefiles.add, about(f"M{turn}", f"A{turn}"))
        move = (f"A{turn}", 1, CaseState.DECIDED, START)
        assert sorted(await at_once(both, casefiles.move, move, move)) == [False, True]
        await both[0].write(casefiles.add, about(f"N{turn}", f"C{turn}"))
        claims = [(f"C{turn}", 1, who, START) for who in ("01N", "01P")]
        assert sorted(await at_once(both, casefiles.claim, *claims)) == [False, True]


async def test_what_is_removed_is_not_edited_back(both: tuple[Store, Store]) -> None:
    """An edit and a removal at once, in whatever order: nobody is shown a text after it was removed, and the newest
    event of each process is what a newcomer sees."""
    for turn in ROUNDS:
        said = await both[0].write(messages.append, message(turn))
        edited, removed = await asyncio.gather(
            both[0].write(messages.edit, said.id, "autre", START),
            both[1].write(messages.remove, said.id, "moderation", START),
        )
        assert removed is not None
        assert edited is None or edited.s < removed.s
        stored = await both[0].read(messages.get, said.id)
        assert stored is not None
        assert stored.state is State.REMOVED


async def test_it_is_removed_once(both: tuple[Store, Store]) -> None:
    """Author and moderation at once: one tombstone."""
    for turn in ROUNDS:
        said = await both[0].write(messages.append, message(turn))
        calls = [(said.id, by, START) for by in ("author", "moderation")]
        assert [event is None for event in await at_once(both, messages.remove, *calls)].count(True) == 1


async def test_what_was_held_is_released_once(both: tuple[Store, Store]) -> None:
    """Two releases at once: one place in the stream."""
    for turn in ROUNDS:
        held = await both[0].write(messages.append, message(turn, state=State.HELD))
        events = await at_once(both, messages.release, (held.id, START), (held.id, START))
        assert [event is None for event in events].count(True) == 1


async def test_personal_events_are_numbered_once(both: tuple[Store, Store]) -> None:
    """What two processes tell one guest: 1 to n."""
    for _ in ROUNDS:
        await at_once(both, guests.tell, ("G1", "card", {}, START), ("G1", "card", {}, START))
    told = await both[0].read(guests.personal_events, "G1", 0, 99)
    assert [event.s for event in told] == list(range(1, 2 * len(ROUNDS) + 1))


async def test_people_who_mention_each_other_wait_for_nobody_for_ever(both: tuple[Store, Store]) -> None:
    """Messages that tell two people, in opposite order, in two rooms at once: all are said."""
    await both[0].write(guests.add, replace(LUNE, id="G2"), "t2", None)
    await with_room(both[0], "jardin")

    def mentioning(number: int, room: str, *people: str) -> Any:
        personal = tuple((who, "mention", {"room": room}) for who in people)
        return replace(message(number, room=room), personal=personal)

    orders = [("G1", "G2"), ("G2", "G1")]
    calls = [
        both[n % 2].write(messages.append, mentioning(n, ("cafe", "jardin")[n // 2 % 2], *orders[n % 2]))
        for n in range(40)
    ]
    await asyncio.gather(*calls)
    for who in ("G1", "G2"):
        told = await both[0].read(guests.personal_events, who, 0, 99)
        assert [event.s for event in told] == list(range(1, 41))


async def test_a_login_and_a_pseudonym_are_given_once(both: tuple[Store, Store]) -> None:
    """Two accounts of one login, or one pseudonym: the second is refused, not an error."""
    for turn in ROUNDS:
        people = [Staff(f"{turn}{who}", f"login{turn}", f"{who}{turn}", Role.MODERATOR, "fr", START) for who in "ab"]
        calls = [(person, "hash", "secret") for person in people]
        assert sorted(await at_once(both, staff.add, *calls)) == [False, True]


async def test_what_is_looked_for_and_then_written_is_looked_for_again(both: tuple[Store, Store]) -> None:
    """A verb that looks first and writes then, as an appeal does: the second sees the first's, it gets no error."""
    appeal = Appeal("A", "7F3K-21AB", "D", Appellant.SUBJECT, "S", "note", START)

    def lodge(tx: Tx, one: Appeal) -> bool:
        if appeals.opened_by(tx, one.opened_by):
            return False
        appeals.lodge(tx, one)
        return True

    for turn in ROUNDS:
        twins = [replace(appeal, id=f"{turn}{who}", decision_id=f"D{turn}", opened_by=f"S{turn}") for who in "ab"]
        assert sorted(await at_once(both, lodge, *((twin,) for twin in twins))) == [False, True]
    with pytest.raises(IntegrityError):  # what does not look is told
        await both[0].write(appeals.lodge, replace(appeal, id="X", decision_id="D0", opened_by="S0"))


async def test_a_code_is_spent_once(both: tuple[Store, Store]) -> None:
    """The six digits of a moment open one session, at whichever door."""
    await both[0].write(staff.add, Staff("01N", "nadia", "Nadia", Role.MODERATOR, "fr", START), "hash", "secret")
    for step in range(1, len(ROUNDS) + 1):
        assert sorted(await at_once(both, staff.use_code, ("01N", step), ("01N", step))) == [False, True]


async def test_somebody_is_on_duty_once(both: tuple[Store, Store]) -> None:
    """Two starts of one person's duty: one stands."""
    await both[0].write(staff.add, Staff("01N", "nadia", "Nadia", Role.MODERATOR, "fr", START), "hash", "secret")
    for turn in ROUNDS:
        call = ("01N", START + turn, START + 1_000)
        await at_once(both, staff.start_duty, call, call)
        assert len(await both[0].read(staff.on_duty, START + turn)) == 1


async def test_a_sanction_is_imposed_and_lifted_once(both: tuple[Store, Store]) -> None:
    """The outbox of two processes may carry the same decision out at once."""
    for turn in ROUNDS:
        mute = Sanction(f"S{turn}", SanctionKind.MUTE, "d", "G1", "cafe", "rule", START, START + 9)
        assert await at_once(both, sanctions.impose, (mute,), (mute,)) == [mute, mute]
        lifted = await at_once(both, sanctions.lift, (mute.id, START), (mute.id, START))
        assert [each is None for each in lifted].count(True) == 1
        marked = await at_once(both, decisions.mark_enforced, (f"D{turn}", START), (f"D{turn}", START))
        assert sorted(marked) == [False, True]


async def test_an_instance_has_one_secret_and_a_room_one_slug(both: tuple[Store, Store]) -> None:
    """Two processes that start on an empty database agree."""
    one, two = await at_once(both, secrets.instance_secret, (b"a" * 32,), (b"b" * 32,))
    assert one == two
    again = await both[1].read(rooms.all_rooms)
    assert [room.slug for room in again] == ["cafe"]
    for turn in ROUNDS:
        room = replace(again[0], slug=f"r{turn}")
        assert sorted(await at_once(both, rooms.add, (room,), (room,))) == [False, True]
