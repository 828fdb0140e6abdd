"""The statements of `messages.append` on PostgreSQL, each for any number of messages: a group needs a few in all.

Rows go over as arrays (`unnest`). Locks are taken in one order everywhere, so that two processes do not wait for each
other: keys by author and key, what is remembered by subject, rooms by slug, guests by id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from veillee.model.clock import DAY
from veillee.model.message import Appended, NewMessage, State
from veillee.store.dialects import fetch
from veillee.store.port import Tx

_json = msgspec.json.Encoder()
Place = tuple[str, str]
"""An author and a key: what may be said once."""

_CLAIM = """
INSERT INTO send_keys AS k (guest_id, key, digest, message_id, at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
ON CONFLICT (guest_id, key) DO UPDATE SET digest = excluded.digest, message_id = excluded.message_id, at = excluded.at
WHERE k.at <= excluded.at - $6::bigint
RETURNING guest_id, key"""
_KNOWN = """
SELECT k.guest_id, k.key, k.digest, m.id, m.s, m.at, m.state, m.case_number
FROM unnest($1::text[], $2::text[]) AS asked (guest_id, key)
JOIN send_keys k ON k.guest_id = asked.guest_id AND k.key = asked.key JOIN messages m ON m.id = k.message_id"""
_RECLAIM = """
UPDATE send_keys k SET digest = asked.digest, message_id = asked.message_id, at = asked.at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
AS asked (guest_id, key, digest, message_id, at) WHERE k.guest_id = asked.guest_id AND k.key = asked.key"""
_LOCK_ROOMS = "SELECT slug FROM rooms WHERE slug = ANY($1::text[]) ORDER BY slug FOR UPDATE"
_OFFSET = "UPDATE rooms SET last_s = last_s + 1 WHERE slug = $1 RETURNING last_s"
_WRITE = """
WITH asked AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS asked (slug, count)),
given AS (
  UPDATE rooms SET last_s = last_s + asked.count FROM asked WHERE rooms.slug = asked.slug
  RETURNING rooms.slug, rooms.last_s - asked.count AS before),
written AS (
  INSERT INTO messages (id, room, s, guest_id, device, u, pseudonym, body, reply_to, at, state, case_number, verdict,
    edit_of)
  SELECT id, room, before + nth, guest_id, device, u, pseudonym, body, reply_to, at, state, case_number, verdict::json,
    edit_of
  FROM unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::bigint[], $13::text[], $14::text[], $15::text[], $16::text[]) AS new (id, room, nth, guest_id,
    device, u, pseudonym, body, reply_to, at, state, case_number, verdict, edit_of)
  LEFT JOIN given ON given.slug = new.room
  RETURNING room, s, id, at),
placed AS (
  INSERT INTO stream (room, s, kind, message_id, at) SELECT room, s, 'msg', id, at FROM written WHERE s IS NOT NULL)
SELECT slug, before FROM given"""
_LOCK_GUESTS = "SELECT id FROM guests WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE"
_TELL = """
WITH asked AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS asked (id, count)),
given AS (
  UPDATE guests SET last_s = last_s + asked.count FROM asked WHERE guests.id = asked.id
  RETURNING guests.id, guests.last_s - asked.count AS before),
told AS (
  INSERT INTO personal (guest_id, s, kind, at, data) SELECT guest_id, before + nth, kind, at, data::json
  FROM unnest($3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::text[]) AS new (guest_id, nth, kind, at, data)
  JOIN given ON given.id = new.guest_id)
SELECT id, before FROM given"""
_REMEMBER = """
INSERT INTO risks (subject, state, at)
SELECT subject, state::json, at FROM unnest($1::text[], $2::text[], $3::bigint[]) AS new (subject, state, at)
ON CONFLICT (subject) DO UPDATE SET state = excluded.state, at = excluded.at"""


def claim_keys(tx: Tx, news: Collection[NewMessage]) -> dict[Place, Appended]:
    """Take the key of each message (no key twice among them); answers what is stored under those that were taken.

    Waits for whoever is taking one of them: of two processes with the same key, one gets it, the other what it wrote.
    """
    rows = _key_rows(news)
    claimed = {(row[0], row[1]) for row in fetch(tx, _CLAIM, *_columns(rows, 5), DAY)}
    taken = [row for row in rows if (row[0], row[1]) not in claimed]
    if not taken:
        return {}
    known = {
        (row[0], row[1]): Appended(row[3], row[4], row[5], State(row[6]), row[2], row[7], duplicate=True)
        for row in fetch(tx, _KNOWN, *_columns([row[:2] for row in taken], 2))
    }
    erased = [row for row in taken if (row[0], row[1]) not in known]
    if erased:  # the message is gone: its key is free again
        fetch(tx, _RECLAIM, *_columns(erased, 5))
    return known


def give_offset(tx: Tx, room: str) -> int:
    """Give out the room's next offset; the room stays locked to the end of the transaction. Raises `LookupError` for
    a room that does not exist."""
    rows = fetch(tx, _OFFSET, room)
    if not rows:
        raise LookupError("no such room")
    return int(rows[0][0])


def write(tx: Tx, rows: Sequence[tuple[NewMessage, str | None]]) -> list[int | None]:
    """Write messages, each with the number of its case; answers their offsets, given out in this order in each room,
    None for one that is not published. The rooms stay locked to the end of the transaction.

    Raises `LookupError` for a room that does not exist; the transaction must be undone then.
    """
    counts: Counter[str] = Counter()
    values = []
    for new, case_number in rows:
        published = new.state is State.PUBLISHED
        counts[new.room] += published
        verdict = None if new.verdict is None else _json.encode(new.verdict).decode()
        values.append(
            (
                new.id, new.room, counts[new.room] if published else None, new.guest_id, new.device, new.u,
                new.pseudonym, new.body, new.reply_to, new.at, new.state.value, case_number, verdict, new.edit_of,
            )
        )  # fmt: skip
    rooms = sorted(room for room, count in counts.items() if count)
    if len(rooms) > 1:
        fetch(tx, _LOCK_ROOMS, rooms)
    given = dict(fetch(tx, _WRITE, rooms, [counts[room] for room in rooms], *_columns(values, 14)))
    if len(given) < len(rooms):
        raise LookupError("no such room")
    return [None if nth is None else int(given[room] + nth) for _, room, nth, *_ in values]


def tell(tx: Tx, told: Sequence[tuple[str, str, Mapping[str, Any], int]]) -> list[int | None]:
    """Write personal events (`guest_id`, kind, data, Unix ms); answers their offsets, given out in this order to each
    guest, None for a guest who does not exist."""
    if not told:
        return []
    counts: Counter[str] = Counter()
    values = []
    for guest_id, kind, data, at in told:
        counts[guest_id] += 1
        values.append((guest_id, counts[guest_id], kind, at, _json.encode(data).decode()))
    people = sorted(counts)
    if len(people) > 1:
        fetch(tx, _LOCK_GUESTS, people)
    given = dict(fetch(tx, _TELL, people, [counts[each] for each in people], *_columns(values, 5)))
    return [int(given[guest_id] + nth) if guest_id in given else None for guest_id, nth, *_ in values]


def remember(tx: Tx, states: Mapping[str, tuple[Any, int]]) -> None:
    """Write what the judge remembers: by subject, a state and when it was written (Unix ms)."""
    if states:
        rows = [(subject, _json.encode(state).decode(), at) for subject, (state, at) in sorted(states.items())]
        fetch(tx, _REMEMBER, *_columns(rows, 3))


def _key_rows(news: Collection[NewMessage]) -> list[tuple[str, str, str, str, int]]:
    return sorted((new.guest_id, new.key, new.digest, new.id, new.at) for new in news)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
