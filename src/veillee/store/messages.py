"""Verbs on messages and the stream they are replayed from.

`append` is the hot path and therefore raw SQL (measured against SQLAlchemy Core in docs/benchmarks.md): idempotency
key, the room's next offset, the row, its place in the stream, and what goes with it, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, and_, func, insert, select, update

from veillee.model.event import PERSONAL, Durable
from veillee.model.message import Appended, Message, NewMessage, State
from veillee.store import appending, appending_sqlite, guests
from veillee.store.dialects import on_postgres, writable
from veillee.store.port import Tx, driver, emit
from veillee.store.tables.chat import message_versions, messages, rooms, send_keys, stream

Recorder = Callable[[Tx, NewMessage], str]
"""Writes the case of a message that was held, refused, or delivered although staff should see it; with decision and
statement where it was restricted, opened by `NewMessage.code`. Answers the case's number."""


def append(tx: Tx, new: NewMessage, record: Recorder | None = None) -> Appended:
    """Store a judged message; emit its event if it is published.

    A `(guest, key)` of the last 24 hours changes nothing and answers what is stored, with `duplicate` set. A held or
    refused message gets no offset; `record` writes the case in this same transaction.
    """
    return append_all(tx, [(new, record)])[0]


def together(new: NewMessage, record: Recorder | None = None) -> bool:
    """Whether this message can be appended in one sweep with its neighbours: it writes no case."""
    return record is None or not _noted(new)


def append_all(tx: Tx, calls: Sequence[tuple[Any, ...]]) -> list[Appended]:
    """`append` for many calls at once, in a few statements: the same answers, events and offsets, in their order.

    All stand or fall together. A key that comes twice among them is a duplicate the second time.
    """
    how = _how(tx)
    asked = [(new if how is appending_sqlite else _kept(new), record[0] if record else None) for new, *record in calls]
    firsts: dict[appending.Place, tuple[NewMessage, Recorder | None]] = {}
    for new, recorder in asked:
        firsts.setdefault((new.guest_id, new.key), (new, recorder))
    answers = how.claim_keys(tx, [new for new, _ in firsts.values()])
    fresh = [(place, new, record) for place, (new, record) in firsts.items() if place not in answers]
    how.remember(tx, {subject: (state, new.at) for _, new, _ in fresh for subject, state in new.risk})
    cases = [record(tx, new) if record is not None and _noted(new) else None for _, new, record in fresh]
    news = [new for _, new, _ in fresh]
    offsets = how.write(tx, list(zip(news, cases, strict=True))) if news else []
    for (place, new, _), s, case_number in zip(fresh, offsets, cases, strict=True):
        answers[place] = Appended(new.id, s, new.at, new.state, new.digest, case_number)
    _announce_all(tx, [(new, s) for new, s in zip(news, offsets, strict=True) if s is not None])
    return [
        answers[place] if firsts[place][0] is new else replace(answers[place], duplicate=True)
        for new, place in ((new, (new.guest_id, new.key)) for new, _ in asked)
    ]


def _kept(new: NewMessage) -> NewMessage:
    """The message with what people may have typed into it as PostgreSQL keeps it."""
    if "\0" not in new.body and "\0" not in new.key:
        return new
    return replace(new, body=writable(new.body), key=writable(new.key))


def _noted(new: NewMessage) -> bool:
    """Whether staff should see it: a case is written with it."""
    return new.state is not State.PUBLISHED or (new.verdict is not None and bool(new.verdict.get("case", False)))


def _how(tx: Tx) -> Any:
    """The statements of this database."""
    return appending if on_postgres(tx) else appending_sqlite


def _announce_all(tx: Tx, said: Sequence[tuple[NewMessage, int]]) -> None:
    """Emit the event of each published message, and what goes to people of their own after it."""
    told = [(*each, new.at) for new, _ in said for each in new.personal]
    offsets = iter(_how(tx).tell(tx, told))
    for new, s in said:
        emit(tx, Durable(new.room, s, "msg", new.at, wire(new), new.device, new.id))
        for (guest_id, kind, data), personal_s in zip(new.personal, offsets, strict=False):
            if personal_s is not None:
                emit(tx, Durable(PERSONAL, personal_s, kind, new.at, data, to=guest_id))


def _remember(tx: Tx, risk: tuple[tuple[str, Any], ...], at: int) -> None:
    _how(tx).remember(tx, {subject: (state, at) for subject, state in risk})


def wire(message: NewMessage | Message) -> dict[str, Any]:
    """What others see of a message: the `d` of its event."""
    data: dict[str, Any] = {"id": message.id, "u": message.u, "n": message.pseudonym, "b": message.body}
    if message.reply_to is not None:
        data["re"] = message.reply_to
    if isinstance(message, Message) and message.edited_at is not None:
        data["ed"] = message.edited_at
    return data


def next_offset(tx: Tx, room: str) -> int:
    """Give out the room's next offset; the row of the room is locked from here to the end of the transaction."""
    if on_postgres(tx):
        return appending.give_offset(tx, room)
    row = driver(tx).execute("UPDATE rooms SET last_s = last_s + 1 WHERE slug = ? RETURNING last_s", (room,)).fetchone()
    if row is None:
        raise LookupError("no such room")
    return int(row[0])


def record_event(tx: Tx, room: str, kind: str, data: dict[str, Any], at: int, message_id: str | None = None) -> Durable:
    """Give an event about a message (or the room) the next offset, store and emit it."""
    s = next_offset(tx, room)
    tx.execute(insert(stream).values(room=room, s=s, kind=kind, message_id=message_id, at=at, data=data))
    event = Durable(room, s, kind, at, data, None, message_id)
    emit(tx, event)
    return event


def known_keys(tx: Tx, guest_id: str, since: int, limit: int = 1_000) -> dict[str, Appended]:
    """What this guest sent since `since` (Unix ms), by key, oldest first: the newest `limit` of them."""
    rows = tx.execute(
        select(send_keys.c.key, send_keys.c.digest, messages.c.id, messages.c.s, messages.c.at, messages.c.state,
               messages.c.case_number)
        .join(messages, messages.c.id == send_keys.c.message_id)
        .where(send_keys.c.guest_id == guest_id, send_keys.c.at >= since)
        .order_by(send_keys.c.at.desc())
        .limit(limit)
    ).all()  # fmt: skip
    return {
        row.key: Appended(row.id, row.s, row.at, State(row.state), row.digest, row.case_number, duplicate=True)
        for row in reversed(rows)
    }


def get(tx: Tx, message_id: str) -> Message | None:
    """A message in whatever state, or None."""
    row = tx.execute(select(messages).where(messages.c.id == message_id)).first()
    return None if row is None else as_message(row)


def _held(tx: Tx, message_id: str) -> Message | None:
    """As `get`, for a verb that changes it: nobody else changes it until this transaction ends."""
    row = tx.execute(select(messages).where(messages.c.id == message_id).with_for_update()).first()
    return None if row is None else as_message(row)


def as_message(row: Row[Any]) -> Message:
    """A row of `messages` as a value."""
    return Message(
        row.id, row.room, row.s, row.guest_id, row.device, row.u, row.pseudonym, row.body, row.reply_to, row.at,
        row.edited_at, State(row.state), row.removed_by, row.case_number, row.verdict, row.edit_of,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """What an edit brings along: the judge's memory, personal events (a card), and the new text's verdict."""

    risk: tuple[tuple[str, Any], ...] = ()
    personal: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    verdict: dict[str, Any] | None = None


def edit(tx: Tx, message_id: str, body: str, at: int, beside: Beside | None = None) -> Durable | None:
    """Replace the text of a published message, keeping the version before; None if it is not published any more."""
    message = _held(tx, message_id)
    if message is None or message.state is not State.PUBLISHED:
        return None
    count = select(func.count()).where(message_versions.c.message_id == message_id)
    tx.execute(
        insert(message_versions).values(
            message_id=message_id, number=tx.execute(count).scalar_one() + 1, body=message.body,
            at=message.edited_at or message.at,
        )
    )  # fmt: skip
    tx.execute(update(messages).where(messages.c.id == message_id).values(body=body, edited_at=at))
    if beside is not None:
        tx.execute(update(messages).where(messages.c.id == message_id).values(verdict=beside.verdict))
        _remember(tx, beside.risk, at)
    s = next_offset(tx, message.room)
    data = {"id": message_id, "b": body}
    tx.execute(insert(stream).values(room=message.room, s=s, kind="edit", message_id=message_id, at=at))
    event = Durable(message.room, s, "edit", at, data, message.device, message_id)
    emit(tx, event)
    for guest_id, kind, told in () if beside is None else beside.personal:
        guests.tell(tx, guest_id, kind, told, at)
    return event


def remove(tx: Tx, message_id: str, by: str, at: int, case_number: str | None = None) -> Durable | None:
    """Replace a published message by a tombstone (`by` author or moderation); None if there is nothing to remove.

    A held message is refused instead, without an event: nobody saw it. Removing twice changes nothing.
    """
    message = _held(tx, message_id)
    if message is None or message.state in (State.REMOVED, State.REFUSED):
        return None
    if message.state is State.HELD:
        tx.execute(update(messages).where(messages.c.id == message_id).values(state=State.REFUSED.value, removed_by=by))
        return None
    tx.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(state=State.REMOVED.value, removed_by=by, case_number=case_number or message.case_number)
    )
    data = {"id": message_id, "by": by} | ({"case": case_number} if case_number else {})
    return record_event(tx, message.room, "del", data, at, message_id)


def release(tx: Tx, message_id: str, at: int) -> Durable | None:
    """Publish a held or refused message, or bring a removed one back; None if it is published already.

    What its author removed stays removed: a decision on it restores nothing that its author did not want.

    A message that never had an offset gets its own now; one that had been seen comes back as a new event in the
    stream, for its old place is a tombstone that clients have applied. A refused edit is carried out, once.
    """
    message = _held(tx, message_id)
    if message is None or message.state is State.PUBLISHED:
        return None
    if message.state is State.REMOVED and message.removed_by == "author":
        return None
    if message.edit_of is not None:
        tx.execute(update(messages).where(messages.c.id == message_id).values(state=State.REMOVED.value))
        return None if message.state is State.REMOVED else edit(tx, message.edit_of, message.body, at)
    s = next_offset(tx, message.room)
    tx.execute(
        update(messages).where(messages.c.id == message_id).values(state=State.PUBLISHED.value, s=s, removed_by=None)
    )
    tx.execute(insert(stream).values(room=message.room, s=s, kind="msg", message_id=message_id, at=message.at))
    event = Durable(message.room, s, "msg", message.at, wire(message), message.device, message_id)
    emit(tx, event)
    return event


def events(tx: Tx, room: str, after: int, before: int, limit: int, *, newest: bool = False) -> list[Durable]:
    """Durable events of a room with `after < s < before`, ascending: the oldest `limit` of them, or the newest.

    Each is rendered from what is stored now: a removed message as its tombstone in its own place, an edited one
    with its present text, a trace of either whose message has gone as `skip`.
    """
    order = stream.c.s.desc() if newest else stream.c.s.asc()
    rows = tx.execute(
        select(stream.c.s.label("event_s"), stream.c.kind, stream.c.at.label("event_at"), stream.c.data,
               stream.c.message_id, messages)
        .outerjoin(messages, messages.c.id == stream.c.message_id)
        .where(and_(stream.c.room == room, stream.c.s > after, stream.c.s < before))
        .order_by(order)
        .limit(limit)
    ).all()  # fmt: skip
    rendered = [_render(room, row) for row in rows]
    return rendered[::-1] if newest else rendered


def _render(room: str, row: Row[Any]) -> Durable:
    s, kind, at, message_id = row.event_s, row.kind, row.event_at, row.message_id
    if kind in ("msg", "edit"):
        message = as_message(row) if row.id is not None else None
        current = message is not None and message.state is State.PUBLISHED
        if kind == "msg" and message is not None and current and message.s == s:
            return Durable(room, s, "msg", at, wire(message), message.device, message_id)
        if kind == "msg":
            return Durable(room, s, "msg", at, {"id": message_id, "gone": True}, None, message_id)
        if message is None or not current:
            return Durable(room, s, "skip", at, {}, None, None)
        return Durable(room, s, "edit", at, {"id": message_id, "b": message.body}, message.device, message_id)
    return Durable(room, s, kind, at, row.data or {}, None, message_id)


def last_offset(tx: Tx, room: str) -> int:
    """The room's newest offset."""
    return int(tx.execute(select(rooms.c.last_s).where(rooms.c.slug == room)).scalar_one())


def around(tx: Tx, message_id: str, each_side: int) -> list[Message]:
    """The message with up to `each_side` messages of its room before and after it, ascending, in whatever state.

    For snapshots: staff see here what was removed. A message without an offset is placed by its time.
    """
    centre = get(tx, message_id)
    if centre is None:
        return []
    older = tx.execute(
        select(messages).where(messages.c.room == centre.room, messages.c.id < centre.id)
        .order_by(messages.c.id.desc()).limit(each_side)
    ).all()  # fmt: skip
    newer = tx.execute(
        select(messages).where(messages.c.room == centre.room, messages.c.id > centre.id)
        .order_by(messages.c.id).limit(each_side)
    ).all()  # fmt: skip
    return [*(as_message(row) for row in reversed(older)), centre, *(as_message(row) for row in newer)]


def spoken(tx: Tx, room: str, limit: int, guest_id: str | None = None) -> list[Message]:
    """The last messages of a room, or of one guest in it, ascending, in whatever state: for evidence only."""
    query = select(messages).where(messages.c.room == room).order_by(messages.c.id.desc()).limit(limit)
    if guest_id is not None:
        query = query.where(messages.c.guest_id == guest_id)
    return [as_message(row) for row in reversed(tx.execute(query).all())]


def versions(tx: Tx, message_id: str) -> list[dict[str, Any]]:
    """What a message said before each edit, the oldest first: `number`, `body`, `at`."""
    rows = tx.execute(
        select(message_versions.c.number, message_versions.c.body, message_versions.c.at)
        .where(message_versions.c.message_id == message_id)
        .order_by(message_versions.c.number)
    )
    return [dict(row._mapping) for row in rows]
