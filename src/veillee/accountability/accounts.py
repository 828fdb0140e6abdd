"""Staff accounts: a password (argon2id) and a code (TOTP, RFC 6238), sessions that end, every action audited.

Parameters: OWASP password storage, argon2id with 19 MiB, two passes, one lane, computed in a thread and two at a
time, so that a burst of logins cannot take the memory of a small machine. A code is good for its 30-second step and
the ones beside it, once.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
import segno
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from veillee.bus.port import BusAway, Rates
from veillee.model.clock import HOUR, MINUTE, SECOND, Clock
from veillee.model.errors import Code, Refused
from veillee.model.ids import ulid
from veillee.model.staff import Role, Staff
from veillee.store import audit
from veillee.store import staff as verbs
from veillee.store.port import Store, Tx

IDLE = 2 * HOUR
ABSOLUTE = 12 * HOUR
TOTP_STEP = 30 * SECOND
PASSWORD_LEAST = 12
FAILURES = 5
"""Of one login from one address, within FAILURE_WINDOW."""
FAILURES_ADDRESS = 25
"""Of one address, whatever the login: a team may share one."""
FAILURE_WINDOW = 15 * MINUTE
PATIENCE_S = 0.1
"""Seconds that the count of all processes may take before this one counts alone."""
_SEEN_EVERY = MINUTE
_SUBJECTS = 10_000
_ISSUER = "Veillée"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A new account with the one sight of its TOTP secret; `uri` is what an authenticator app scans."""

    staff: Staff
    totp_secret: str
    uri: str

    def qr_svg(self) -> str:
        """The QR code as a self-contained SVG element."""
        return segno.make(self.uri, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff")

    def qr_text(self) -> str:
        """The QR code for a terminal, two rows of modules a line."""
        rows = [[bool(cell) for cell in row] for row in segno.make(self.uri, error="l").matrix_iter(border=2)]
        if len(rows) % 2:
            rows.append([False] * len(rows[0]))
        block = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
        return "\n".join(
            "".join(block[pair] for pair in zip(top, bottom, strict=True))
            for top, bottom in zip(rows[::2], rows[1::2], strict=True)
        )


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in member of staff. `csrf` goes into every form; `token` only into the cookie."""

    staff: Staff
    token: str
    csrf: str


class Attempts:
    """Failed logins per subject, in memory: no address of anybody is written down for this."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[int]] = OrderedDict()

    def wait(self, subject: str, now: int, limit: int) -> int:
        """Milliseconds until `subject` may try again after `limit` failures; 0 at once."""
        recent = [at for at in self._failures.get(subject, ()) if now - at < FAILURE_WINDOW]
        return 0 if len(recent) < limit else recent[-limit] + FAILURE_WINDOW - now

    def failed(self, subject: str, now: int) -> None:
        """Count a failure; the oldest subjects are forgotten beyond a bound."""
        kept = self._failures.pop(subject, [])[-(FAILURES_ADDRESS - 1) :]
        self._failures[subject] = [*kept, now]
        while len(self._failures) > _SUBJECTS:
            self._failures.popitem(last=False)

    def shut(self, subject: str, now: int) -> None:
        """Elsewhere there were as many failures as are allowed: no more here either for a while."""
        self._failures[subject] = [now] * FAILURES_ADDRESS

    def succeeded(self, subject: str) -> None:
        self._failures.pop(subject, None)


class Accounts:
    """Who may sign in to the console. `randomness(n)` returns n unpredictable bytes; failures are counted with the
    other processes where `shared` is given."""

    def __init__(
        self, store: Store, clock: Clock, randomness: Callable[[int], bytes], shared: Rates | None = None
    ) -> None:
        self._shared = shared
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._hashing = asyncio.Semaphore(2)
        self._attempts = Attempts()
        self._decoy: str | None = None

    async def add(
        self, login: str, pseudonym: str, role: Role, password: str, *, by: str, language: str = "fr"
    ) -> Enrolment:
        """Create an account. Raises Refused: `bad_request` for a login, pseudonym or password that will not do,
        `conflict` when the login or the pseudonym is taken. `by` is the acting staff id, or `cli`."""
        login = login.strip().lower()
        pseudonym = pseudonym.strip()
        if not (2 <= len(login) <= 40 and login.replace("-", "").replace(".", "").replace("_", "").isalnum()):
            raise Refused(Code.BAD_REQUEST, field="login")
        if not 2 <= len(pseudonym) <= 24:
            raise Refused(Code.BAD_REQUEST, field="pseudonym")
        if len(password) < PASSWORD_LEAST or len(password) > 512 or password.lower() == login:
            raise Refused(Code.BAD_REQUEST, field="password")
        at = self._clock()
        person = Staff(ulid(at, self._randomness(10)), login, pseudonym, role, language, at)
        secret = pyotp.random_base32()
        hashed = await self._hash(password)
        if not await self._store.write(_add, person, hashed, secret, by):
            raise Refused(Code.CONFLICT, field="login")
        return Enrolment(person, secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER))

    async def disable(self, login: str, *, by: str) -> Staff:
        """Close an account at once, sessions included. Raises Refused `not_found`."""
        closed = await self._store.write(_disable, login, by, self._clock())
        if closed is None:
            raise Refused(Code.NOT_FOUND)
        return closed

    async def everybody(self) -> list[Staff]:
        return await self._store.read(verbs.everybody)

    async def sign_in(self, login: str, password: str, code: str, address: str) -> Session:
        """Open a session. Raises Refused `unauthenticated` without saying what was wrong, or `rate_limited`.

        Five failures in a quarter of an hour stop a login from that address, twenty-five the address for every login.
        The password is hashed even where there is no such login, so that the time taken tells nothing.
        """
        login = login.strip().lower()[:40]
        now = self._clock()
        subjects = (f"{login}|{address}", f"*|{address}")
        wait = max(
            self._attempts.wait(subjects[0], now, FAILURES), self._attempts.wait(subjects[1], now, FAILURES_ADDRESS)
        )
        if wait:
            raise Refused(Code.RATE_LIMITED, retry=wait / SECOND, n=-(-wait // SECOND))
        found = await self._store.read(verbs.by_login, login)
        verified = await self._verify(found.password_hash if found else await self._decoy_hash(), password[:512])
        step = self._step(found.totp_secret, code, now) if found and verified else None
        if found is None or step is None or not await self._store.write(verbs.use_code, found.staff.id, step):
            await self._failed(subjects, now)
            if found is not None:
                await self._store.write(audit.append, found.staff.id, "staff.login_failed", found.staff.id, {}, now)
            raise Refused(Code.UNAUTHENTICATED)
        for subject in subjects:
            self._attempts.succeeded(subject)
        if self._hasher.check_needs_rehash(found.password_hash):
            await self._store.write(verbs.rehash, found.staff.id, await self._hash(password))
        token = self._randomness(32).hex()
        await self._store.write(_open, _digest(token), found.staff.id, now)
        return Session(found.staff, token, csrf_of(token))

    async def _failed(self, subjects: tuple[str, str], now: int) -> None:
        for subject, limit in zip(subjects, (FAILURES, FAILURES_ADDRESS), strict=True):
            self._attempts.failed(subject, now)
            if self._shared is None:
                continue
            try:
                async with asyncio.timeout(PATIENCE_S):
                    key = f"login:{_digest(subject)}"
                    if await self._shared.take(key, limit, FAILURE_WINDOW // limit, now):
                        self._attempts.shut(subject, now)
            except (BusAway, TimeoutError):
                return  # then this process counts alone

    async def session(self, token: str) -> Session | None:
        """The session of a cookie, or None. Being used keeps it from going idle (written once a minute at most)."""
        if len(token) != 64:
            return None
        now, hashed = self._clock(), _digest(token)
        found = await self._store.read(verbs.session, hashed, now - IDLE, now - ABSOLUTE)
        if found is None:
            return None
        person, seen_at = found
        if now - seen_at >= _SEEN_EVERY:
            await self._store.write(verbs.touch_session, hashed, now)
        return Session(person, token, csrf_of(token))

    async def sign_out(self, session: Session) -> None:
        await self._store.write(_close, _digest(session.token), session.staff.id, self._clock())

    async def record(self, staff_id: str, action: str, subject: str, data: dict[str, str] | None = None) -> None:
        """Audit something staff did that no other verb audits (a look at a page that shows evidence, a filter)."""
        await self._store.write(audit.append, staff_id, action, subject, dict(data or {}), self._clock())

    def _step(self, secret: str, code: str, now: int) -> int | None:
        digits = "".join(code.split())
        if len(digits) != 6 or not digits.isascii():
            return None
        totp, current = pyotp.TOTP(secret), now // TOTP_STEP
        for step in (current, current - 1, current + 1):
            if hmac.compare_digest(totp.generate_otp(step), digits):
                return step
        return None

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _verify(self, hashed: str, password: str) -> bool:
        async with self._hashing:
            try:
                return await asyncio.to_thread(self._hasher.verify, hashed, password)
            except (VerifyMismatchError, InvalidHashError):
                return False

    async def _decoy_hash(self) -> str:
        if self._decoy is None:
            self._decoy = await self._hash(self._randomness(16).hex())
        return self._decoy


def code_at(secret: str, now: int) -> str:
    """The six digits that an authenticator shows at `now` (Unix ms)."""
    return pyotp.TOTP(secret).generate_otp(now // TOTP_STEP)


def csrf_of(token: str) -> str:
    """The form token that belongs to a session: derived, so that nothing more needs storing."""
    return hmac.new(token.encode(), b"veillee console form", hashlib.sha256).hexdigest()


def same_token(expected: str, given: str) -> bool:
    """Whether a form token is the session's, in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _add(tx: Tx, person: Staff, hashed: str, secret: str, by: str) -> bool:
    if not verbs.add(tx, person, hashed, secret):
        return False
    audit.append(tx, by, "staff.added", person.id, {"role": person.role.value}, person.created_at)
    return True


def _disable(tx: Tx, login: str, by: str, at: int) -> Staff | None:
    person = verbs.disable(tx, login, at)
    if person is not None:
        audit.append(tx, by, "staff.disabled", person.id, {}, at)
    return person


def _open(tx: Tx, token_hash: str, staff_id: str, at: int) -> None:
    verbs.forget_sessions(tx, at - ABSOLUTE)
    verbs.open_session(tx, token_hash, staff_id, at)
    audit.append(tx, staff_id, "staff.signed_in", staff_id, {}, at)


def _close(tx: Tx, token_hash: str, staff_id: str, at: int) -> None:
    verbs.close_session(tx, token_hash)
    audit.append(tx, staff_id, "staff.signed_out", staff_id, {}, at)
