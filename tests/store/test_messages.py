"""Verbs on messages: what is stored, what is replayed, and that the two always agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from tests.doubles import START, Recording
from tests.stores import message
from veillee.model.event import Durable
from veillee.model.message import Message, NewMessage, State
from veillee.model.room import Room
from veillee.store import guests, messages, rooms
from veillee.store.port import Store, Tx
from veillee.store.tables.catalogue import metadata

_END = 2**40


async def test_a_known_key_changes_nothing(store: Store) -> None:
    """`(author, k)` is unique: the second append answers the first one's id and offset, as a duplicate."""
    first = await store.write(messages.append, message(1))
    again = await store.write(messages.append, replace(message(2), key="k1"))
    assert (again.id, again.s, again.duplicate) == (first.id, first.s, True)
    assert await store.read(messages.last_offset, "cafe") == 1


async def test_a_held_message_has_no_offset_until_it_is_released(store: Store) -> None:
    """PROTOCOL §1, rule 3: a held message gets its `s` at release, with the same id."""
    held = await store.write(messages.append, message(1, state=State.HELD))
    await store.write(messages.append, message(2))
    released = await store.write(messages.release, held.id, START)
    assert (held.s, released and released.s) == (None, 2)
    assert await store.write(messages.release, held.id, START) is None


async def test_a_removed_message_is_replayed_as_its_tombstone(store: Store) -> None:
    """PROTOCOL §1, rule 1: in its own place, without body or pseudonym, and with the tombstone after it."""
    await store.write(messages.append, message(1))
    await store.write(messages.remove, "M0001", "moderation", START, "7F3K-21AB")
    gone, tombstone = await store.read(messages.events, "cafe", 0, _END, 50)
    assert (gone.kind, gone.s, gone.data) == ("msg", 1, {"id": "M0001", "gone": True})
    assert tombstone.data == {"id": "M0001", "by": "moderation", "case": "7F3K-21AB"}
    assert await store.write(messages.remove, "M0001", "moderation", START) is None


async def test_what_was_edited_away_is_not_replayed(store: Store) -> None:
    """An edited message is replayed with its present text, and the edit too; staff see what it said before."""
    await store.write(messages.append, message(1))
    await store.write(messages.edit, "M0001", "mieux", START)
    await store.write(messages.edit, "M0001", "encore mieux", START + 1)
    events = await store.read(messages.events, "cafe", 0, _END, 50)
    assert [event.data["b"] for event in events] == ["encore mieux"] * 3
    assert [each["body"] for each in await store.read(messages.versions, "M0001")] == ["text 1", "mieux"]


async def test_an_edit_of_what_is_gone_is_skipped(store: Store) -> None:
    """Once the message is removed, its edits are replayed as `skip`: numbering stays, content does not."""
    await store.write(messages.append, message(1))
    await store.write(messages.edit, "M0001", "mieux", START)
    await store.write(messages.remove, "M0001", "author", START)
    assert [event.kind for event in await store.read(messages.events, "cafe", 0, _END, 50)] == ["msg", "skip", "del"]


async def test_a_reversal_brings_a_message_back(store: Store) -> None:
    """A removed message that is released is said again at the end; its old place stays a tombstone."""
    await store.write(messages.append, message(1))
    await store.write(messages.remove, "M0001", "moderation", START)
    await store.write(messages.release, "M0001", START)
    events = await store.read(messages.events, "cafe", 0, _END, 50)
    assert [("gone" in event.data, event.data.get("b")) for event in events] == [
        (True, None), (False, None), (False, "text 1"),
    ]  # fmt: skip


async def test_a_refused_edit_is_carried_out_when_it_is_released(store: Store) -> None:
    """An appeal that succeeds on an edit changes the message it was about, once."""
    await store.write(messages.append, message(1))
    await store.write(messages.append, replace(message(2, state=State.REFUSED), edit_of="M0001", body="permis"))
    event = await store.write(messages.release, "M0002", START)
    assert event is not None
    assert (event.kind, event.data) == ("edit", {"id": "M0001", "b": "permis"})
    assert await store.write(messages.release, "M0002", START) is None


async def test_the_case_is_written_with_the_refusal(store: Store) -> None:
    """The recorder runs in the message's own transaction; if it fails there is no message either."""

    def fails(tx: Tx, new: NewMessage) -> str:
        raise LookupError("no case could be written")

    with pytest.raises(LookupError):
        await store.write(messages.append, message(1, state=State.HELD), fails)
    assert await store.read(messages.get, "M0001") is None
    held = await store.write(messages.append, message(1, state=State.HELD), lambda tx, new: "7F3K-21AB")
    assert held.case_number == "7F3K-21AB"


async def test_neighbours_are_found_whatever_their_state(store: Store) -> None:
    """A snapshot sees fifteen before and after, the removed ones too."""
    for number in range(1, 41):
        await store.write(messages.append, message(number))
    await store.write(messages.remove, "M0019", "author", START)
    around = await store.read(messages.around, "M0020", 15)
    assert [each.id for each in around] == [f"M{number:04}" for number in range(5, 36)]
    assert State.REMOVED in {each.state for each in around}


async def test_known_keys_are_remembered_by_guest(store: Store) -> None:
    """What a guest sent since a moment, by key; another guest's keys are another's."""
    await store.write(messages.append, message(1, at=START))
    await store.write(messages.append, message(2, guest="G2", at=START))
    known = await store.read(messages.known_keys, "G1", START - 1)
    assert list(known) == ["k1"]
    assert known["k1"].duplicate
    assert await store.read(messages.known_keys, "G1", START + 1) == {}


_STEPS = st.lists(
    st.tuples(st.sampled_from(["post", "hold", "refuse", "edit", "remove", "release"]), st.integers(0, 7)), max_size=25
)


@given(_STEPS)
@settings(max_examples=120)
def test_state_fetched_now_is_old_state_and_events_since(steps: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order: a client that applied every live event shows exactly what a client that
    joins now is replayed, and offsets have no gap (after Zulip's verify_action)."""
    engine = create_engine("sqlite://")
    with engine.connect() as tx:
        metadata.create_all(tx)
        rooms.add(tx, Room("cafe", "e1", "Café"))
        live: dict[str, Any] = {}
        seen: list[int] = []
        for turn, (what, which) in enumerate(steps):
            tx.info["emitted"] = []
            _act(tx, what, which, turn)
            for event in tx.info["emitted"]:
                seen.append(event.s)
                _apply(live, event)
        fresh: dict[str, Any] = {}
        for event in messages.events(tx, "cafe", 0, _END, 10_000):
            _apply(fresh, event)
        assert fresh == live
        assert seen == list(range(1, len(seen) + 1))
    engine.dispose()


def _act(tx: Tx, what: str, which: int, turn: int) -> None:
    name = f"M{which:04}"
    states = {"post": State.PUBLISHED, "hold": State.HELD, "refuse": State.REFUSED}
    if what in states:
        if messages.get(tx, name) is None:
            messages.append(tx, message(which, state=states[what]))
    elif what == "edit":
        messages.edit(tx, name, f"edited {turn}", turn)
    elif what == "remove":
        messages.remove(tx, name, "author", turn)
    else:
        messages.release(tx, name, turn)


def _apply(shown: dict[str, Any], event: Durable) -> None:
    """What a client does with an event (PROTOCOL §1)."""
    name = event.data.get("id", "")
    if event.kind == "msg":
        shown.pop(name, None)
        if "gone" not in event.data:
            shown[name] = event.data["b"]
    elif event.kind == "edit" and name in shown:
        shown[name] = event.data["b"]
    elif event.kind == "del":
        shown.pop(name, None)


def test_the_wire_shows_no_more_than_it_should() -> None:
    """Neither guest id, device, case nor verdict leave the server with a message."""
    stored = Message(
        "M1", "cafe", 1, "GUEST", "DEVICE", "u", "Lune42", "Bonsoir", None, 0, None, State.PUBLISHED, None, "CASE", {}
    )
    assert messages.wire(stored) == {"id": "M1", "u": "u", "n": "Lune42", "b": "Bonsoir"}


async def test_a_null_character_is_no_end_of_a_text(store: Store) -> None:
    """U+0000 comes in from whoever sends it; PostgreSQL cannot keep it and shows U+FFFD, live and replayed alike."""
    heard = Recording()
    store.on_commit(heard)
    await store.write(messages.append, replace(message(1), body="a\0b", key="k\0"))
    assert (await store.write(messages.append, replace(message(2), key="k\0"))).duplicate
    await store.write(messages.edit, "M0001", "c\0d", START)
    said, edited = await store.read(messages.events, "cafe", 0, _END, 50)
    assert said.data["b"] == edited.data["b"] in ("c\0d", "c\ufffdd")
    assert heard.durable("cafe")[0].data["b"] in ("a\0b", "a\ufffdb")
    assert (await store.read(messages.versions, "M0001"))[0]["body"] == heard.durable("cafe")[0].data["b"]


async def test_mentions_travel_with_the_message(store: Store) -> None:
    """A personal event is numbered in the guest's own stream, in the message's transaction."""
    new = replace(message(1), personal=(("G1", "mention", {"room": "cafe", "about": "M0001"}),))
    await store.write(messages.append, new)
    [event] = await store.read(guests.personal_events, "G1", 0, 50)
    assert (event.room, event.s, event.kind, event.to) == ("@me", 1, "mention", "G1")
