"""Verbs on staff accounts, their sessions and who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from veillee.model.staff import OnDuty, Role, Staff
from veillee.store.dialects import lock, upsert
from veillee.store.port import Tx
from veillee.store.tables.staff import duties, staff, staff_sessions


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is checked against. Never leaves `accountability`."""

    staff: Staff
    password_hash: str
    totp_secret: str


def add(tx: Tx, person: Staff, password_hash: str, totp_secret: str) -> bool:
    """Create an account; False, and nothing written, if the login or the public pseudonym is taken."""
    written = tx.execute(
        upsert(tx, staff).values(
            id=person.id, login=person.login, pseudonym=person.pseudonym, role=person.role.value,
            language=person.language, password_hash=password_hash, totp_secret=totp_secret,
            created_at=person.created_at,
        ).on_conflict_do_nothing()
    )  # fmt: skip
    return written.rowcount == 1


def everybody(tx: Tx) -> list[Staff]:
    """Every account, disabled ones included, by login."""
    return [_as_staff(row) for row in tx.execute(select(staff).order_by(staff.c.login))]


def by_login(tx: Tx, login: str) -> Credentials | None:
    """The account with this login, unless it is disabled."""
    row = tx.execute(select(staff).where(staff.c.login == login, staff.c.disabled_at.is_(None))).first()
    return None if row is None else Credentials(_as_staff(row), row.password_hash, row.totp_secret)


def use_code(tx: Tx, staff_id: str, step: int) -> bool:
    """Spend the TOTP code of a 30-second step; False if that step or a later one was spent already (replay)."""
    spent = tx.execute(update(staff).where(staff.c.id == staff_id, staff.c.totp_step < step).values(totp_step=step))
    return spent.rowcount == 1


def rehash(tx: Tx, staff_id: str, password_hash: str) -> None:
    """Replace the hash of a password that was just verified: the parameters have changed."""
    tx.execute(update(staff).where(staff.c.id == staff_id).values(password_hash=password_hash))


def disable(tx: Tx, login: str, at: int) -> Staff | None:
    """Close an account, its sessions and its duty; None if there is no such open account."""
    row = tx.execute(
        update(staff)
        .where(staff.c.login == login, staff.c.disabled_at.is_(None))
        .values(disabled_at=at)
        .returning(staff)
    ).first()
    if row is None:
        return None
    tx.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == row.id))
    end_duty(tx, row.id, at)
    return _as_staff(row)


def open_session(tx: Tx, token_hash: str, staff_id: str, at: int) -> None:
    """Remember a session by the hash of its token."""
    tx.execute(insert(staff_sessions).values(token_hash=token_hash, staff_id=staff_id, created_at=at, seen_at=at))


def session(tx: Tx, token_hash: str, idle_since: int, created_since: int) -> tuple[Staff, int] | None:
    """Who holds the session, and when it was last seen; None if it is unknown, idle, too old, or disabled."""
    row = tx.execute(
        select(staff, staff_sessions.c.seen_at)
        .join(staff_sessions, staff_sessions.c.staff_id == staff.c.id)
        .where(
            staff_sessions.c.token_hash == token_hash,
            staff_sessions.c.seen_at > idle_since,
            staff_sessions.c.created_at > created_since,
            staff.c.disabled_at.is_(None),
        )
    ).first()
    return None if row is None else (_as_staff(row), row.seen_at)


def touch_session(tx: Tx, token_hash: str, at: int) -> None:
    """The session was used at `at`."""
    tx.execute(update(staff_sessions).where(staff_sessions.c.token_hash == token_hash).values(seen_at=at))


def close_session(tx: Tx, token_hash: str) -> None:
    """Forget a session; forgetting none changes nothing."""
    tx.execute(delete(staff_sessions).where(staff_sessions.c.token_hash == token_hash))


def forget_sessions(tx: Tx, created_until: int) -> int:
    """Erase sessions opened at or before `created_until`; returns how many."""
    return tx.execute(delete(staff_sessions).where(staff_sessions.c.created_at <= created_until)).rowcount


def start_duty(tx: Tx, staff_id: str, at: int, until: int) -> None:
    """Somebody watches until `until`; a duty of theirs under way ends now."""
    lock(tx, f"duty:{staff_id}")
    end_duty(tx, staff_id, at)
    tx.execute(insert(duties).values(staff_id=staff_id, starts_at=at, ends_at=until))


def end_duty(tx: Tx, staff_id: str, at: int) -> None:
    """Somebody stops watching; nothing changes if they were not."""
    tx.execute(update(duties).where(duties.c.staff_id == staff_id, duties.c.ends_at > at).values(ends_at=at))


def on_duty(tx: Tx, at: int) -> list[OnDuty]:
    """Who watches at `at`, by pseudonym."""
    rows = tx.execute(
        select(staff.c.id, staff.c.pseudonym, duties.c.ends_at)
        .join(duties, duties.c.staff_id == staff.c.id)
        .where(duties.c.starts_at <= at, duties.c.ends_at > at, staff.c.disabled_at.is_(None))
        .order_by(staff.c.pseudonym)
    )
    return [OnDuty(row.id, row.pseudonym, row.ends_at) for row in rows]


def pseudonyms(tx: Tx) -> list[str]:
    """The public pseudonyms of staff, which no guest may take or imitate."""
    return [row.pseudonym for row in tx.execute(select(staff.c.pseudonym).where(staff.c.disabled_at.is_(None)))]


def _as_staff(row: Row[Any]) -> Staff:
    return Staff(row.id, row.login, row.pseudonym, Role(row.role), row.language, row.created_at, row.disabled_at)
