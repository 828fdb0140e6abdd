"""Verbs on guests, their membership of rooms, their personal stream and whom they block."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from veillee.model.event import PERSONAL, Durable
from veillee.model.guest import Guest, Member
from veillee.store.dialects import lock, upsert
from veillee.store.port import Tx, emit
from veillee.store.tables.chat import blocks, guests, members, personal


def add(tx: Tx, guest: Guest, token_hash: str, phrase_hash: str | None) -> None:
    """A guest entered."""
    tx.execute(
        insert(guests).values(
            id=guest.id, device=guest.device, token_hash=token_hash, pseudonym=guest.pseudonym,
            skeleton=guest.skeleton, phrase_hash=phrase_hash, age=guest.age, gender=guest.gender, area=guest.area,
            protected=guest.protected, language=guest.language, entered_at=guest.entered_at, seen_at=guest.entered_at,
        )
    )  # fmt: skip


def admit(tx: Tx, guest: Guest, token_hash: str, phrase_hash: str | None, since: int) -> bool:
    """A guest entered, unless another device holds a pseudonym that looks like theirs and was seen since `since` (Unix
    ms): False then, and nothing is written. Of two who enter at once, in whatever process, one is admitted."""
    if _taken(tx, guest.skeleton, guest.device, since):
        return False
    add(tx, guest, token_hash, phrase_hash)
    return True


def take_name(tx: Tx, guest: Guest, since: int) -> bool:
    """The guest goes by `guest.pseudonym` from now on; False, and nothing is written, if it is taken as in `admit`."""
    if _taken(tx, guest.skeleton, guest.device, since):
        return False
    rename(tx, guest.id, guest.pseudonym, guest.skeleton)
    return True


def reopen(tx: Tx, guest: Guest, token_hash: str, at: int, since: int) -> bool:
    """Give the guest another token (`give_token`); False, and nothing is written, if the pseudonym has been taken
    since, as in `admit`."""
    if _taken(tx, guest.skeleton, guest.device, since):
        return False
    give_token(tx, guest.id, token_hash, at)
    return True


def _taken(tx: Tx, skeleton: str, device: str, since: int) -> bool:
    """Whether another device holds the shape; nobody else takes or asks for it until the transaction ends."""
    lock(tx, f"pseudonym:{skeleton}")
    return any(other.device != device for other, _ in holding(tx, skeleton, since))


def _as_guest(row: Row[Any]) -> Guest:
    return Guest(
        row.id, row.device, row.pseudonym, row.skeleton, row.entered_at, row.language, row.age, row.gender, row.area,
        row.protected,
    )  # fmt: skip


def get(tx: Tx, guest_id: str) -> Guest | None:
    """A guest by id, present or not."""
    row = tx.execute(select(guests).where(guests.c.id == guest_id)).first()
    return None if row is None else _as_guest(row)


def first_seen(tx: Tx, devices: list[str]) -> dict[str, int]:
    """When each of these devices first came (Unix ms); unknown ones are absent."""
    first = select(guests.c.device, func.min(guests.c.entered_at)).where(guests.c.device.in_(devices))
    rows = tx.execute(first.group_by(guests.c.device))
    return {row[0]: row[1] for row in rows}


def by_token(tx: Tx, token_hash: str) -> Guest | None:
    """Whoever holds the token with this hash, unless they left."""
    row = tx.execute(select(guests).where(guests.c.token_hash == token_hash, guests.c.left_at.is_(None))).first()
    return None if row is None else _as_guest(row)


def by_phrase(tx: Tx, phrase_hash: str) -> Guest | None:
    """The last guest whose recovery phrase has this hash."""
    row = tx.execute(
        select(guests).where(guests.c.phrase_hash == phrase_hash).order_by(guests.c.entered_at.desc()).limit(1)
    ).first()
    return None if row is None else _as_guest(row)


def holding(tx: Tx, skeleton: str, since: int) -> list[tuple[Guest, str | None]]:
    """Guests whose pseudonym has this skeleton and who were seen since `since`, with their phrase's hash."""
    rows = tx.execute(select(guests).where(guests.c.skeleton == skeleton, guests.c.seen_at >= since))
    return [(_as_guest(row), row.phrase_hash) for row in rows]


def rename(tx: Tx, guest_id: str, pseudonym: str, skeleton: str) -> None:
    """The guest goes by another pseudonym from now on."""
    tx.execute(update(guests).where(guests.c.id == guest_id).values(pseudonym=pseudonym, skeleton=skeleton))


def give_token(tx: Tx, guest_id: str, token_hash: str, at: int) -> None:
    """The guest is reopened elsewhere: the old token stops working; the device stays, so that blocks hold."""
    tx.execute(update(guests).where(guests.c.id == guest_id).values(token_hash=token_hash, left_at=None, seen_at=at))


def seen(tx: Tx, guest_ids: list[str], at: int) -> None:
    """These guests were connected at `at`."""
    for start in range(0, len(guest_ids), 500):  # SQLite takes so many parameters and no more
        tx.execute(update(guests).where(guests.c.id.in_(guest_ids[start : start + 500])).values(seen_at=at))


def leave(tx: Tx, guest_id: str, at: int) -> None:
    """The guest ended the session: the token stops working."""
    tx.execute(update(guests).where(guests.c.id == guest_id).values(left_at=at, token_hash=None))


def join(tx: Tx, member: Member, at: int) -> None:
    """Remember under which `u` a guest is known in a room; knowing it already changes nothing."""
    tx.execute(
        upsert(tx, members)
        .values(u=member.u, guest_id=member.guest_id, room=member.room, pseudonym=member.pseudonym, joined_at=at)
        .on_conflict_do_nothing()
    )


def by_u(tx: Tx, u: str) -> tuple[Member, Guest] | None:
    """Who is meant by a `u` that somebody saw in a room."""
    row = tx.execute(select(members).where(members.c.u == u)).first()
    guest = None if row is None else get(tx, row.guest_id)
    if row is None or guest is None:
        return None
    return Member(row.u, row.guest_id, row.room, row.pseudonym, guest.device), guest


def tell(tx: Tx, guest_id: str, kind: str, data: dict[str, Any], at: int) -> None:
    """Append a durable event to the guest's personal stream and emit it."""
    s = tx.execute(
        update(guests).where(guests.c.id == guest_id).values(last_s=guests.c.last_s + 1).returning(guests.c.last_s)
    ).scalar()
    if s is None:
        return
    tx.execute(insert(personal).values(guest_id=guest_id, s=s, kind=kind, at=at, data=data))
    emit(tx, Durable(PERSONAL, s, kind, at, data, to=guest_id))


def personal_events(tx: Tx, guest_id: str, after: int, limit: int) -> list[Durable]:
    """The guest's personal events after an offset, ascending: the newest `limit` of them."""
    rows = tx.execute(
        select(personal)
        .where(personal.c.guest_id == guest_id, personal.c.s > after)
        .order_by(personal.c.s.desc())
        .limit(limit)
    ).all()
    return [Durable(PERSONAL, row.s, row.kind, row.at, row.data, to=guest_id) for row in reversed(rows)]


def personal_offset(tx: Tx, guest_id: str) -> int:
    """The newest offset of the guest's personal stream."""
    return int(tx.execute(select(guests.c.last_s).where(guests.c.id == guest_id)).scalar() or 0)


def block(tx: Tx, device: str, blocked: str, at: int) -> None:
    """`device` does not want to see `blocked` again, anywhere."""
    tx.execute(upsert(tx, blocks).values(device=device, blocked_device=blocked, at=at).on_conflict_do_nothing())


def unblock(tx: Tx, device: str, blocked: str) -> None:
    """Undo a block; undoing none changes nothing."""
    tx.execute(delete(blocks).where(blocks.c.device == device, blocks.c.blocked_device == blocked))


def blocked_by(tx: Tx, device: str) -> frozenset[str]:
    """The devices that `device` blocked."""
    rows = tx.execute(select(blocks.c.blocked_device).where(blocks.c.device == device))
    return frozenset(row.blocked_device for row in rows)


def who_blocked(tx: Tx, blocked: str, among: Collection[str]) -> frozenset[str]:
    """Those of the devices `among` that do not want to see `blocked`."""
    rows = tx.execute(select(blocks.c.device).where(blocks.c.blocked_device == blocked, blocks.c.device.in_(among)))
    return frozenset(row.device for row in rows)
