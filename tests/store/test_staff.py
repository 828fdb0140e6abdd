"""Verbs on staff, against real SQLite files."""

from __future__ import annotations

import pytest

from veillee.model.staff import Role, Staff
from veillee.store import staff as verbs
from veillee.store.port import Store

NADIA = Staff("01NADIA", "nadia", "Nadia", Role.MODERATOR, "fr", 1_000)
PAUL = Staff("01PAUL", "paul", "Paul", Role.OPERATOR, "fr", 1_000)


@pytest.fixture
def store(bare: Store) -> Store:
    """An empty store."""
    return bare


async def test_a_login_and_a_pseudonym_are_taken_once(store: Store) -> None:
    """Neither the login nor the public pseudonym of somebody can be given to somebody else."""
    assert await store.write(verbs.add, NADIA, "h", "s")
    assert not await store.write(verbs.add, Staff("02", "nadia", "Autre", Role.MODERATOR, "fr", 1), "h", "s")
    assert not await store.write(verbs.add, Staff("02", "autre", "Nadia", Role.MODERATOR, "fr", 1), "h", "s")
    assert [each.login for each in await store.read(verbs.everybody)] == ["nadia"]


async def test_a_code_is_spent_once(store: Store) -> None:
    """The TOTP step of an accepted code, and every step before it, is refused afterwards."""
    await store.write(verbs.add, NADIA, "h", "s")
    assert await store.write(verbs.use_code, NADIA.id, 10)
    assert not await store.write(verbs.use_code, NADIA.id, 10)
    assert not await store.write(verbs.use_code, NADIA.id, 9)
    assert await store.write(verbs.use_code, NADIA.id, 11)


async def test_a_session_ends_by_idleness_by_age_and_by_sign_out(store: Store) -> None:
    """A session is found only while it was used lately, is young enough, and was not closed."""
    await store.write(verbs.add, NADIA, "h", "s")
    await store.write(verbs.open_session, "t", NADIA.id, 5_000)
    assert await store.read(verbs.session, "t", 4_000, 4_000) == (NADIA, 5_000)
    assert await store.read(verbs.session, "t", 5_000, 4_000) is None
    assert await store.read(verbs.session, "t", 4_000, 5_000) is None
    await store.write(verbs.touch_session, "t", 9_000)
    assert await store.read(verbs.session, "t", 8_000, 4_000) == (NADIA, 9_000)
    await store.write(verbs.close_session, "t")
    assert await store.read(verbs.session, "t", 0, 0) is None


async def test_old_sessions_are_erased(store: Store) -> None:
    """Sessions past their absolute age leave the table."""
    await store.write(verbs.add, NADIA, "h", "s")
    await store.write(verbs.open_session, "old", NADIA.id, 1_000)
    await store.write(verbs.open_session, "new", NADIA.id, 2_000)
    assert await store.write(verbs.forget_sessions, 1_000) == 1
    assert await store.read(verbs.session, "new", 0, 0) is not None


async def test_disabling_closes_everything(store: Store) -> None:
    """A disabled account cannot sign in, loses its sessions and its duty, and cannot be disabled again."""
    await store.write(verbs.add, NADIA, "h", "s")
    await store.write(verbs.open_session, "t", NADIA.id, 2_000)
    await store.write(verbs.start_duty, NADIA.id, 2_000, 9_000)
    closed = await store.write(verbs.disable, "nadia", 3_000)
    assert closed is not None
    assert closed.disabled_at == 3_000
    assert await store.write(verbs.disable, "nadia", 3_500) is None
    assert await store.read(verbs.by_login, "nadia") is None
    assert await store.read(verbs.session, "t", 0, 0) is None
    assert await store.read(verbs.on_duty, 4_000) == []
    assert await store.read(verbs.pseudonyms) == []


async def test_duty_is_a_span_of_time(store: Store) -> None:
    """Whoever is on duty is listed by pseudonym until the hour given, and a new duty replaces the old one."""
    for person in (PAUL, NADIA):
        await store.write(verbs.add, person, "h", "s")
        await store.write(verbs.start_duty, person.id, 1_000, 5_000)
    await store.write(verbs.start_duty, NADIA.id, 2_000, 7_000)
    assert [(each.pseudonym, each.until) for each in await store.read(verbs.on_duty, 3_000)] == [
        ("Nadia", 7_000),
        ("Paul", 5_000),
    ]
    assert [each.pseudonym for each in await store.read(verbs.on_duty, 5_000)] == ["Nadia"]
    await store.write(verbs.end_duty, NADIA.id, 5_500)
    assert await store.read(verbs.on_duty, 5_500) == []


async def test_the_verified_password_can_be_hashed_anew(store: Store) -> None:
    """The hash of a password can be replaced when the parameters change."""
    await store.write(verbs.add, NADIA, "h", "s")
    await store.write(verbs.rehash, NADIA.id, "h2")
    found = await store.read(verbs.by_login, "nadia")
    assert found is not None
    assert (found.password_hash, found.totp_secret) == ("h2", "s")
