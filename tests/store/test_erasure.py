"""Erasing on the day: what is past it goes, what is not or is needed stays, and replay has no hole."""

from __future__ import annotations

import pytest_asyncio
from sqlalchemy import insert, update

from veillee.model.casefile import (
    Case,
    CaseState,
    Danger,
    Notifier,
    Reason,
    Report,
    Snapshot,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.clock import DAY
from veillee.model.guest import Guest
from veillee.model.message import NewMessage, State
from veillee.model.room import Room
from veillee.store import casefiles, erasure, guests, messages, rooms
from veillee.store.port import Store, Tx
from veillee.store.tables import catalogue, chat

NOW = 4_000 * DAY
GUEST = Guest("01G", "d", "Ombre", "ombre", NOW)


def _say(tx: Tx, message_id: str, at: int, state: State = State.PUBLISHED) -> None:
    messages.append(
        tx,
        NewMessage(
            message_id, "cafe", "01G", "d", "u", "Ombre", message_id, "x", f"texte {message_id}", None, at, state
        ),
    )


def _close(tx: Tx, number: str, subject_id: str, closed_at: int | None) -> None:
    subject = Subject(SubjectKind.MESSAGE, subject_id, "cafe", "01G", "d", "Ombre")
    state = CaseState.OPEN if closed_at is None else CaseState.DECIDED
    opened = NOW - 700 * DAY
    casefiles.add(
        tx, Case(number, subject, Source.NOTICE, state, 1, Danger.LOW, 0, 0, (Reason.HATE,), (), opened, closed_at)
    )
    report = Report(
        f"r{number}", Source.NOTICE, "notifier:x", None, Reason.HATE, "note", "fr", opened, Notifier("N", "e")
    )
    casefiles.add_report(tx, report, f"h{number}")
    casefiles.join_report(tx, report, number, "/s/cafe", None)
    casefiles.seal(tx, Snapshot(f"s{number}", number, opened, "{}", "0"))


@pytest_asyncio.fixture
async def store(bare: Store) -> Store:
    """A room that keeps messages for thirty days, and a guest in it."""
    await bare.write(rooms.add, Room("cafe", "e1", "Le café", created_at=1))
    await bare.write(guests.add, GUEST, "t", None)
    return bare


async def test_messages_go_on_the_rooms_day_and_replay_has_no_hole(store: Store) -> None:
    """Yesterday's message stays; the one of last month is a tombstone in its own place; the text is gone."""
    await store.write(_say, "old", NOW - 31 * DAY)
    await store.write(_say, "new", NOW - DAY)
    await store.write(_say, "refused", NOW - 31 * DAY, State.REFUSED)
    await store.write(_say, "long refused", NOW - 190 * DAY, State.REFUSED)
    done = await store.write(erasure.erase, NOW, 500)
    assert done["messages"] == 2
    events = await store.read(messages.events, "cafe", 0, 100, 10)
    assert [(event.s, event.data.get("gone"), event.data.get("b")) for event in events] == [
        (1, True, None),
        (2, None, "texte new"),
    ]
    assert await store.read(messages.get, "refused") is not None
    assert "messages" not in await store.write(erasure.erase, NOW, 500)


async def test_a_message_at_stake_stays_until_the_time_to_contest_is_over(store: Store) -> None:
    """A reversal must be able to restore it; afterwards it goes like any other."""
    await store.write(_say, "open", NOW - 700 * DAY)
    await store.write(_say, "contestable", NOW - 700 * DAY)
    await store.write(_say, "over", NOW - 700 * DAY)
    await store.write(_close, "A", "open", None)
    await store.write(_close, "B", "contestable", NOW - 100 * DAY)
    await store.write(_close, "C", "over", NOW - 200 * DAY)
    await store.write(erasure.erase, NOW, 500)
    left = [name for name in ("open", "contestable", "over") if await store.read(messages.get, name) is not None]
    assert left == ["open", "contestable"]


async def test_an_old_case_keeps_its_figures_and_nobody_in_them(store: Store) -> None:
    """Texts, people and evidence go; the case still counts. The name of a notifier goes earlier."""
    await store.write(_close, "OLD", "m1", NOW - 600 * DAY)
    await store.write(_close, "LATE", "m2", NOW - 400 * DAY)
    await store.write(_close, "OPEN", "m3", None)
    await store.write(erasure.erase, NOW, 500)
    old = await store.read(casefiles.get, "OLD")
    assert old is not None
    assert (old.subject.guest_id, old.subject.device, old.subject.pseudonym, old.subject.id) == ("", "", "", "OLD")
    assert await store.read(casefiles.snapshots_of, "OLD") == []
    told = {number: (await store.read(casefiles.reports_of, number))[0][0] for number in ("OLD", "LATE", "OPEN")}
    assert (told["OLD"].note, told["OLD"].notifier.name, told["OLD"].reason) == ("", None, Reason.HATE)
    assert (told["LATE"].note, told["LATE"].notifier.name) == ("note", None)
    assert told["OPEN"].notifier.name == "N"
    assert len(await store.read(casefiles.snapshots_of, "LATE")) == 1


async def test_guests_go_a_year_after_they_were_last_seen(store: Store) -> None:
    """With their memberships and what was told to them; whoever came back lately stays."""

    def age(tx: Tx) -> None:
        guests.tell(tx, "01G", "case", {}, NOW - 400 * DAY)
        tx.execute(update(chat.guests).values(seen_at=NOW - 366 * DAY))
        guests.add(tx, Guest("02H", "e", "Lune", "lune", NOW), "t2", None)

    await store.write(age)
    done = await store.write(erasure.erase, NOW, 500)
    assert (done["guests"], done["personal"]) == (1, 1)
    assert await store.read(guests.get, "01G") is None
    assert await store.read(guests.get, "02H") is not None


async def test_short_lived_marks_go(store: Store) -> None:
    """Keys of sending after a day, risk after a week."""

    def leave(tx: Tx) -> None:
        for at in (NOW - 8 * DAY, NOW - 3_600_000):
            tx.execute(insert(chat.risks).values(subject=f"r{at}", state={}, at=at))
        _say(tx, "new", NOW - 2 * DAY)

    await store.write(leave)
    assert await store.write(erasure.erase, NOW, 500) == {"send_keys": 1, "risks": 1}


def test_every_table_with_people_has_a_clock_here() -> None:
    """A new table must be erased here, or stand in this list with its reason."""
    without = {
        "rooms": "no person in it",
        "secrets": "the instance's own",
        "outbox": "gone when carried out",
        "enforcements": "an id and a time",
        "shifts": "a process and a time",
        "rule_texts": "rules, which every old decision is explained with",
        "rule_editions": "rules, and who of the staff answers for them",
    }
    named = {name for name in catalogue.metadata.tables if getattr(erasure, name, None) is not None}
    assert set(catalogue.metadata.tables) - named <= set(without)
