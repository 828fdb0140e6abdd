"""The newest events of a room, and what is amended in them."""

from __future__ import annotations

import json
from typing import Any

from veillee.gateway.tail import LENGTH, Tail
from veillee.model.event import Durable


def event(s: int, kind: str = "msg", about: str | None = None, **data: Any) -> Durable:
    """An event of the room."""
    about = about or f"m{s}"
    return Durable("accueil", s, kind, 1_000 + s, {"id": about, **data}, "d", about)


def payloads(tail: Tail, after: int = 0) -> list[dict[str, Any]]:
    """What a replay would send."""
    return [json.loads(entry.payload) for entry in tail.since(after)]


def test_it_answers_from_where_it_starts() -> None:
    """It covers what came after its start, and says so."""
    tail = Tail("accueil", 40)
    for s in range(41, 44):
        tail.append(event(s, b="x"))
    assert (tail.covers(40), tail.covers(39), tail.last) == (True, False, 43)
    assert [entry.s for entry in tail.since(41)] == [42, 43]
    assert [entry.s for entry in tail.newest(2)] == [42, 43]
    assert tail.since(43) == tail.since(99) == []


def test_it_forgets_the_oldest() -> None:
    """Its length is bounded."""
    tail = Tail("accueil", 0)
    for s in range(1, LENGTH + 11):
        tail.append(event(s, b="x"))
    assert (tail.start, tail.covers(10), tail.covers(9)) == (10, True, False)
    assert len(tail.since(10)) == LENGTH


def test_an_edit_changes_what_is_replayed() -> None:
    """The old text is nowhere any more, neither in the message nor in an earlier edit."""
    tail = Tail("accueil", 0)
    tail.append(event(1, b="avant"))
    tail.append(event(2, "edit", "m1", b="entre"))
    tail.append(event(3, "edit", "m1", b="après"))
    assert "avant" not in str(payloads(tail))
    assert "entre" not in str(payloads(tail))
    assert payloads(tail)[0]["d"]["b"] == "après"


def test_a_removal_leaves_tombstones() -> None:
    """The message in its own place without body or pseudonym, its edits as `skip`."""
    tail = Tail("accueil", 0)
    tail.append(event(1, b="avant", n="Lune", u="U"))
    tail.append(event(2, "edit", "m1", b="entre"))
    tail.append(event(3, "del", "m1", by="author"))
    one, two, three = payloads(tail)
    assert one == {"e": "msg", "r": "accueil", "s": 1, "t": 1001, "d": {"id": "m1", "gone": True}}
    assert two == {"e": "skip", "r": "accueil", "s": 2}
    assert three["d"] == {"id": "m1", "by": "author"}


def test_a_restored_message_comes_back_in_its_new_place_only() -> None:
    """The old place stays a tombstone: clients have applied it."""
    tail = Tail("accueil", 0)
    tail.append(event(1, b="vu"))
    tail.append(event(2, "del", "m1", by="moderation"))
    tail.append(event(3, "msg", "m1", b="vu"))
    assert [line["d"].get("gone") for line in payloads(tail)] == [True, None, None]
    assert payloads(tail)[2]["d"]["b"] == "vu"
