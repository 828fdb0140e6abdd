"""The statements of `messages.append` on SQLite, each for any number of messages, as `appending` has them.

Python lets go of its lock for every step of a statement and waits to get it back while the event loop is busy: what
counts is how few steps a group takes. So rows go in by the dozen, in `INSERT`s of few lengths, which SQLite keeps
prepared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from veillee.model.clock import DAY
from veillee.model.message import Appended, NewMessage, State
from veillee.store.port import Tx, driver

_json = msgspec.json.Encoder()
_LENGTHS = (64, 16)
"""Rows in one statement, and fewer for what is left: eighteen statements for a table, all of which stay prepared."""
Place = tuple[str, str]


def claim_keys(tx: Tx, news: Collection[NewMessage]) -> dict[Place, Appended]:
    """Take the key of each message (no key twice among them); answers what is stored under those that were taken."""
    rows = [(new.guest_id, new.key, new.digest, new.id, new.at) for new in news]
    claimed = _insert(
        tx, "INSERT INTO send_keys (guest_id, key, digest, message_id, at) VALUES", rows,
        f"ON CONFLICT (guest_id, key) DO UPDATE SET digest = excluded.digest, message_id = excluded.message_id,"
        f" at = excluded.at WHERE send_keys.at <= excluded.at - {DAY}",
    )  # fmt: skip
    if claimed == len(rows):
        return {}
    known = {(row[0], row[1]): _known(tx, row[0], row[1]) for row in rows}
    free = [row for row in rows if known[row[0], row[1]] is None]  # taken just now, or of a message that was erased
    _insert(tx, "INSERT OR REPLACE INTO send_keys (guest_id, key, digest, message_id, at) VALUES", free)
    return {place: appended for place, appended in known.items() if appended is not None}


def _known(tx: Tx, guest_id: str, key: str) -> Appended | None:
    row = (
        driver(tx)
        .execute(
            "SELECT k.digest, m.id, m.s, m.at, m.state, m.case_number"
            " FROM send_keys k JOIN messages m ON m.id = k.message_id WHERE k.guest_id = ? AND k.key = ?",
            (guest_id, key),
        )
        .fetchone()
    )
    return None if row is None else Appended(row[1], row[2], row[3], State(row[4]), row[0], row[5], duplicate=True)


def write(tx: Tx, rows: Sequence[tuple[NewMessage, str | None]]) -> list[int | None]:
    """Write messages, each with the number of its case; answers their offsets, given out in this order in each room,
    None for one that is not published. Raises `LookupError` for a room that does not exist."""
    counts = Counter(new.room for new, _ in rows if new.state is State.PUBLISHED)
    given = {room: _give_offsets(tx, room, count) for room, count in counts.items()}
    offsets: list[int | None] = []
    for new, _ in rows:
        if new.state is State.PUBLISHED:
            given[new.room] += 1
            offsets.append(given[new.room])
        else:
            offsets.append(None)
    _insert(
        tx,
        "INSERT INTO messages (id, room, s, guest_id, device, u, pseudonym, body, reply_to, at, state, case_number,"
        " verdict, edit_of) VALUES",
        [
            (
                new.id, new.room, s, new.guest_id, new.device, new.u, new.pseudonym, new.body, new.reply_to, new.at,
                new.state.value, case_number, None if new.verdict is None else _json.encode(new.verdict).decode(),
                new.edit_of,
            )
            for (new, case_number), s in zip(rows, offsets, strict=True)
        ],
    )  # fmt: skip
    _insert(
        tx,
        "INSERT INTO stream (room, s, kind, message_id, at) VALUES",
        [(new.room, s, "msg", new.id, new.at) for (new, _), s in zip(rows, offsets, strict=True) if s is not None],
    )
    return offsets


def _give_offsets(tx: Tx, room: str, count: int) -> int:
    """Give out so many offsets of a room; answers the last one before them."""
    cursor = driver(tx).execute("UPDATE rooms SET last_s = last_s + ? WHERE slug = ? RETURNING last_s", (count, room))
    row = cursor.fetchone()
    if row is None:
        raise LookupError("no such room")
    return int(row[0]) - count


def tell(tx: Tx, told: Sequence[tuple[str, str, Mapping[str, Any], int]]) -> list[int | None]:
    """Write personal events (`guest_id`, kind, data, Unix ms); answers their offsets, None for a guest who does not
    exist."""
    offsets: list[int | None] = []
    for guest_id, kind, data, at in told:
        cursor = driver(tx).execute("UPDATE guests SET last_s = last_s + 1 WHERE id = ? RETURNING last_s", (guest_id,))
        row = cursor.fetchone()
        offsets.append(None if row is None else int(row[0]))
        if row is not None:
            _insert(
                tx,
                "INSERT INTO personal (guest_id, s, kind, at, data) VALUES",
                [(guest_id, row[0], kind, at, _json.encode(data).decode())],
            )
    return offsets


def remember(tx: Tx, states: Mapping[str, tuple[Any, int]]) -> None:
    """Write what the judge remembers: by subject, a state and when it was written (Unix ms)."""
    _insert(
        tx,
        "INSERT INTO risks (subject, state, at) VALUES",
        [(subject, _json.encode(state).decode(), at) for subject, (state, at) in states.items()],
        "ON CONFLICT (subject) DO UPDATE SET state = excluded.state, at = excluded.at",
    )


def _insert(tx: Tx, head: str, rows: Sequence[tuple[Any, ...]], tail: str = "") -> int:
    """Insert the rows; answers how many were inserted or changed."""
    db = driver(tx)
    changed = 0
    for chunk in _chunks(rows):
        one = f"({', '.join('?' * len(chunk[0]))})"
        statement = f"{head} {', '.join([one] * len(chunk))} {tail}"
        changed += db.execute(statement, [value for row in chunk for value in row]).rowcount
    return changed


def _chunks(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    start = 0
    for length in _LENGTHS:
        while len(rows) - start >= length:
            yield rows[start : start + length]
            start += length
    if start < len(rows):
        yield rows[start:]
