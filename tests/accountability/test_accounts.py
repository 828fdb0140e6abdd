"""Staff accounts, with real argon2id, real codes and a real store."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from veillee.accountability.accounts import (
    ABSOLUTE,
    FAILURE_WINDOW,
    IDLE,
    Accounts,
    Attempts,
    Enrolment,
    code_at,
    csrf_of,
    same_token,
)
from veillee.bus.memory import Air
from veillee.bus.port import BusAway
from veillee.model.clock import MINUTE, SECOND
from veillee.model.errors import Code, Refused
from veillee.model.staff import Role
from veillee.store.engine import SqliteStore, connect, engine_over
from veillee.store.tables import catalogue

PASSWORD = "une veillée au coin du feu"
ADDRESS = "192.0.2.7"


class Hour:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.now = 1_795_464_878_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def hour() -> Hour:
    """A clock to move by hand."""
    return Hour()


@pytest_asyncio.fixture
async def accounts(tmp_path: Path, hour: Hour) -> AsyncIterator[Accounts]:
    """Accounts over a store on a real file."""
    with engine_over(connect(tmp_path / "v.db")).connect() as tx:
        catalogue.metadata.create_all(tx)
    store = SqliteStore(tmp_path / "v.db")
    yield Accounts(store, hour, secrets.token_bytes)
    await store.close()


async def nadia(accounts: Accounts) -> Enrolment:
    """Nadia, a moderator."""
    return await accounts.add("Nadia", "Nadia", Role.MODERATOR, PASSWORD, by="cli")


async def test_password_and_code_open_a_session(accounts: Accounts, hour: Hour) -> None:
    """With both, Nadia is signed in, and the cookie's token finds her again."""
    enrolled = await nadia(accounts)
    session = await accounts.sign_in("nadia ", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    found = await accounts.session(session.token)
    assert found == session
    assert session.staff.pseudonym == "Nadia"
    assert same_token(csrf_of(session.token), session.csrf)


async def test_a_code_cannot_be_replayed(accounts: Accounts, hour: Hour) -> None:
    """Somebody who saw the code over a shoulder cannot use it in the same half-minute (RFC 6238 §5.2)."""
    enrolled = await nadia(accounts)
    code = code_at(enrolled.totp_secret, hour.now)
    await accounts.sign_in("nadia", PASSWORD, code, ADDRESS)
    with pytest.raises(Refused) as refused:
        await accounts.sign_in("nadia", PASSWORD, code, ADDRESS)
    assert refused.value.code is Code.UNAUTHENTICATED


async def test_a_clock_may_be_off_by_one_step(accounts: Accounts, hour: Hour) -> None:
    """The code of the step before or after is taken; an older one is not."""
    enrolled = await nadia(accounts)
    with pytest.raises(Refused):
        await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now - 90 * SECOND), ADDRESS)
    await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now - 30 * SECOND), ADDRESS)
    await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now + 30 * SECOND), ADDRESS)


@pytest.mark.parametrize(("login", "password", "code"), [
    ("nadia", "pas la bonne phrase", None), ("personne", PASSWORD, None), ("nadia", PASSWORD, "000000"),
    ("nadia", PASSWORD, ""), ("nadia", PASSWORD, "abcdef"), ("nadia", PASSWORD, "١٢٣٤٥٦"), ("", "", ""),
])  # fmt: skip
async def test_a_refusal_never_says_what_was_wrong(
    accounts: Accounts, hour: Hour, login: str, password: str, code: str | None
) -> None:
    """Unknown login, wrong password and wrong code are one and the same answer."""
    enrolled = await nadia(accounts)
    given = code_at(enrolled.totp_secret, hour.now) if code is None else code
    with pytest.raises(Refused) as refused:
        await accounts.sign_in(login, password, given, ADDRESS)
    assert refused.value.code is Code.UNAUTHENTICATED
    assert refused.value.params == {}


async def test_five_failures_close_the_door_for_a_while(accounts: Accounts, hour: Hour) -> None:
    """After five failures even the right password waits; the quarter of an hour passes, and it works."""
    enrolled = await nadia(accounts)
    for _ in range(5):
        with pytest.raises(Refused):
            await accounts.sign_in("nadia", "non, pas du tout", "123456", ADDRESS)
    with pytest.raises(Refused) as refused:
        await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    assert refused.value.code is Code.RATE_LIMITED
    assert refused.value.retry == FAILURE_WINDOW / SECOND
    await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), "198.51.100.9")
    hour.now += FAILURE_WINDOW
    await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)


async def test_a_team_that_shares_an_address_is_not_locked_out_by_one_login(accounts: Accounts, hour: Hour) -> None:
    """Five failures of one login leave the others; twenty-five from one address, whatever the login, do not."""
    enrolled = await nadia(accounts)
    for number in range(20):
        with pytest.raises(Refused):
            await accounts.sign_in(f"login{number}", "non, pas du tout", "123456", ADDRESS)
    await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    hour.now += 30 * SECOND
    for number in range(25):
        with pytest.raises(Refused):
            await accounts.sign_in(f"login{number}", "non, pas du tout", "123456", ADDRESS)
    with pytest.raises(Refused) as refused:
        await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    assert refused.value.code is Code.RATE_LIMITED


def test_forgotten_subjects_keep_memory_bounded() -> None:
    """A flood of addresses pushes the oldest out instead of growing for ever."""
    attempts = Attempts()
    for number in range(10_050):
        attempts.failed(str(number), 0)
    assert len(attempts._failures) == 10_000
    attempts.succeeded("10049")
    assert attempts.wait("10049", 0, 1) == 0


async def test_a_session_goes_idle_and_grows_old(accounts: Accounts, hour: Hour) -> None:
    """Use keeps it alive for two hours more, twelve hours end it in any case."""
    enrolled = await nadia(accounts)
    session = await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    began = hour.now
    while hour.now + IDLE - MINUTE < began + ABSOLUTE:
        hour.now += IDLE - MINUTE
        assert await accounts.session(session.token) is not None
    hour.now = began + ABSOLUTE
    assert await accounts.session(session.token) is None


async def test_an_unused_session_is_idle(accounts: Accounts, hour: Hour) -> None:
    """Two hours without a request end a session."""
    enrolled = await nadia(accounts)
    session = await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    hour.now += IDLE
    assert await accounts.session(session.token) is None


async def test_signing_out_ends_the_session(accounts: Accounts, hour: Hour) -> None:
    """The token of a closed session is worth nothing, like one that never was."""
    enrolled = await nadia(accounts)
    session = await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    await accounts.sign_out(session)
    assert await accounts.session(session.token) is None
    assert await accounts.session("0" * 64) is None
    assert await accounts.session("short") is None


async def test_a_disabled_account_is_out_at_once(accounts: Accounts, hour: Hour) -> None:
    """Disabling ends the session under way and refuses the next sign-in; unknown logins are not found."""
    enrolled = await nadia(accounts)
    session = await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    await accounts.disable("nadia", by="cli")
    assert await accounts.session(session.token) is None
    with pytest.raises(Refused):
        await accounts.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now + 30_000), ADDRESS)
    with pytest.raises(Refused) as refused:
        await accounts.disable("nadia", by="cli")
    assert refused.value.code is Code.NOT_FOUND
    assert [each.disabled_at is not None for each in await accounts.everybody()] == [True]


@pytest.mark.parametrize(("login", "pseudonym", "password", "field"), [
    ("x", "Nadia", PASSWORD, "login"), ("na dia", "Nadia", PASSWORD, "login"), ("nadia", "N", PASSWORD, "pseudonym"),
    ("nadia", "Nadia", "court", "password"), ("nadia.durand.long", "Nadia", "nadia.durand.long", "password"),
])  # fmt: skip
async def test_what_will_not_do_is_named(
    accounts: Accounts, login: str, pseudonym: str, password: str, field: str
) -> None:
    """The refusal of a new account names the field."""
    with pytest.raises(Refused) as refused:
        await accounts.add(login, pseudonym, Role.MODERATOR, password, by="cli")
    assert refused.value.code is Code.BAD_REQUEST
    assert refused.value.params == {"field": field}


async def test_a_login_is_taken_once(accounts: Accounts) -> None:
    """A second Nadia is a conflict."""
    await nadia(accounts)
    with pytest.raises(Refused) as refused:
        await nadia(accounts)
    assert refused.value.code is Code.CONFLICT


async def test_the_secret_is_shown_as_a_picture_twice_over(accounts: Accounts) -> None:
    """Once as SVG for a page, once as blocks for a terminal; both hold the same address."""
    enrolled = await nadia(accounts)
    assert enrolled.uri.startswith("otpauth://totp/")
    assert enrolled.totp_secret in enrolled.uri
    assert enrolled.qr_svg().startswith("<svg")
    assert len({len(line) for line in enrolled.qr_text().splitlines()}) == 1


async def test_failures_are_counted_on_all_processes(hour: Hour) -> None:
    """Five in all over two processes, not five on each; for another address the door is open."""
    store, air = SqliteStore(None), Air()
    one, other = (Accounts(store, hour, secrets.token_bytes, air.rates) for _ in range(2))
    enrolled = await nadia(one)
    for number in range(6):
        with pytest.raises(Refused) as refused:
            await (one if number < 4 else other).sign_in("nadia", "non, pas du tout", "123456", ADDRESS)
        assert refused.value.code is Code.UNAUTHENTICATED
    with pytest.raises(Refused) as refused:
        await other.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), ADDRESS)
    assert refused.value.code is Code.RATE_LIMITED
    await other.sign_in("nadia", PASSWORD, code_at(enrolled.totp_secret, hour.now), "198.51.100.9")
    await store.close()


class Away:
    """Counters that do not answer."""

    async def take(self, key: str, burst: int, every: int, now: int) -> int:
        raise BusAway("away")

    async def turn(self, key: str, interval: int, now: int) -> int:
        raise BusAway("away")


async def test_a_process_alone_counts_failures_by_itself(hour: Hour) -> None:
    """Valkey is away: five failures close the door all the same."""
    store = SqliteStore(None)
    accounts = Accounts(store, hour, secrets.token_bytes, Away())
    await nadia(accounts)
    for _ in range(5):
        with pytest.raises(Refused):
            await accounts.sign_in("nadia", "non, pas du tout", "123456", ADDRESS)
    with pytest.raises(Refused) as refused:
        await accounts.sign_in("nadia", "non, pas du tout", "123456", ADDRESS)
    assert refused.value.code is Code.RATE_LIMITED
    await store.close()
