"""Somebody says that something is wrong: a guest, anybody without an account, or staff who saw it themselves.

Report, case and evidence are written in one transaction; ten reports of one subject make one case, and a device
counts once. The answer is a receipt code, of which only the hash is kept (DSA art. 16; LAW.md §1.6).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from veillee.chat.throttle import REPORTING, Throttle
from veillee.model.casefile import (
    Case,
    CaseState,
    Notifier,
    Reason,
    Report,
    Source,
    Subject,
    SubjectKind,
)
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.message import Message, State
from veillee.model.staff import Staff
from veillee.moderation import snapshot, taxonomy
from veillee.moderation.desk import Desk, hashed
from veillee.protocol.commands import Target
from veillee.protocol.limits import NOTE_CHARACTERS
from veillee.store import audit, casefiles, guests, messages, rooms
from veillee.store.port import Tx

NOTICE_ITEMS = 50
EXPLANATION_CHARACTERS = 5_000
LOCATION_CHARACTERS = 500
NAME_CHARACTERS = 200
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,180}\.[^\s@.]{2,24}\Z")
_MESSAGE_ID = re.compile(r"(?<![0-9A-Za-z])([0-9A-HJKMNP-TV-Z]{26})(?![0-9A-Za-z])")
_ROOM = re.compile(r"/(?:s|embed)/([a-z0-9-]{1,48})(?![\w-])")


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as DSA art. 16(2) wants it: why, where exactly, who (unless for child sexual abuse, or anonymous by
    choice), in good faith. `locations` are what people paste: permalinks, message ids, room and time."""

    explanation: str
    locations: tuple[str, ...]
    category: Reason
    bona_fide: bool
    name: str | None = None
    email: str | None = None
    anonymous: bool = False
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class _Found:
    subject: Subject
    location: str


class Intake:
    """The door of moderation. `readers(room)` is how many people are in a room now."""

    def __init__(self, desk: Desk, throttle: Throttle, readers: Callable[[str], int]) -> None:
        self._desk = desk
        self._throttle = throttle
        self._readers = readers

    async def report(self, reporter: Guest, target: Target, reason: str, note: str | None) -> str:
        """A guest reports a message, a person or a room; answers the receipt code.

        Raises `bad_request` (reason, target), `too_long`, `not_found`, `forbidden` (oneself), `rate_limited`.
        """
        why = _reason(reason)
        text = (note or "").strip()
        if len(text) > NOTE_CHARACTERS:
            raise Refused(Code.TOO_LONG, n=len(text) - NOTE_CHARACTERS)
        now = self._desk.clock()
        await self._throttle.take(reporter.device, REPORTING, now)
        report = Report(
            self._desk.identifier(), Source.REPORT, f"device:{reporter.device}", reporter.id, why, text,
            reporter.language, now,
        )  # fmt: skip
        await self._desk.store.write(self._write_report, report, target, reporter.device)
        return self._desk.receipt(report)

    async def notice(self, notice: Notice) -> str:
        """Anybody reports up to fifty places, without an account; answers the receipt code.

        Raises `bad_request` with `field` (explanation, locations, name, email, bona_fide).
        """
        check(notice)
        now = self._desk.clock()
        report_id = self._desk.identifier()
        notifier = Notifier() if notice.anonymous else Notifier(notice.name, notice.email)
        who = report_id if notifier.email is None else _keyed(notifier.email.casefold())
        report = Report(
            report_id, Source.NOTICE, f"notifier:{who}", None, notice.category, notice.explanation.strip(),
            notice.language, now, Notifier(notifier.name, notifier.email, notifier.email is None),
        )  # fmt: skip
        await self._desk.store.write(self._write_notice, report, notice.locations)
        return self._desk.receipt(report)

    async def open_by_staff(self, staff: Staff, target: Target, reason: str, note: str) -> str:
        """Staff open a case about what they saw themselves (own initiative); answers its number.

        Raises as `report`.
        """
        now = self._desk.clock()
        report = Report(
            self._desk.identifier(), Source.STAFF, "", None, _reason(reason), note.strip(), staff.language, now
        )
        return await self._desk.store.write(self._write_for_staff, report, target, staff.id)

    def _write_report(self, tx: Tx, report: Report, target: Target, device: str) -> None:
        found = locate(tx, target)
        if found.subject.device == device:
            raise Refused(Code.FORBIDDEN)
        casefiles.add_report(tx, report, hashed(self._desk.receipt(report)))
        self._join(tx, report, found)

    def _write_notice(self, tx: Tx, report: Report, locations: tuple[str, ...]) -> None:
        casefiles.add_report(tx, report, hashed(self._desk.receipt(report)))
        seen: set[str] = set()
        for location in locations:
            number = self._join(tx, report, place(tx, location.strip()), seen)
            seen.add(number)

    def _write_for_staff(self, tx: Tx, report: Report, target: Target, staff_id: str) -> str:
        casefiles.add_report(tx, report, hashed(self._desk.receipt(report)))
        number = self._join(tx, report, locate(tx, target))
        audit.append(tx, staff_id, "case.opened", number, {"reason": report.reason.value}, report.at)
        return number

    def _join(self, tx: Tx, report: Report, found: _Found, seen: set[str] | None = None) -> str:
        subject = found.subject
        case = casefiles.open_or_join(
            tx,
            Case(
                self._desk.number(tx), subject, report.source, CaseState.OPEN, 1,
                taxonomy.danger((report.reason,), ()), self._readers(subject.room) if subject.room else 0, 0,
                (report.reason,), (), report.at,
            ),
        )  # fmt: skip
        if seen is not None and case.number in seen:
            return case.number
        sealed = snapshot.capture(
            tx, self._desk.identifier(), case.number, subject, self._desk.terms.version, report.at
        )
        casefiles.join_report(tx, report, case.number, found.location, None if sealed is None else sealed.id)
        return case.number


def check(notice: Notice) -> None:
    """Raises `bad_request` with the `field` that a notice lacks (DSA art. 16(2))."""
    if not notice.explanation.strip() or len(notice.explanation) > EXPLANATION_CHARACTERS:
        raise _wrong("explanation")
    if not 1 <= len(notice.locations) <= NOTICE_ITEMS:
        raise _wrong("locations")
    if any(not each.strip() or len(each) > LOCATION_CHARACTERS for each in notice.locations):
        raise _wrong("locations")
    if not notice.bona_fide:
        raise _wrong("bona_fide")
    optional = notice.anonymous or notice.category is Reason.MINOR
    if (not optional or notice.name) and not (notice.name or "").strip():
        raise _wrong("name")
    if len(notice.name or "") > NAME_CHARACTERS:
        raise _wrong("name")
    if (not optional or notice.email) and not _EMAIL.match(notice.email or ""):
        raise _wrong("email")


def locate(tx: Tx, target: Target) -> _Found:
    """What a guest points at; raises `not_found`, and `bad_request` for a target that is none of the three.

    A message that its author deleted in between can still be reported; one that was never seen cannot.
    """
    if target.u is not None and target.id is None:
        known = guests.by_u(tx, target.u)
        if known is None:
            raise Refused(Code.NOT_FOUND)
        member, guest = known
        subject = Subject(
            SubjectKind.GUEST, guest.id, member.room, guest.id, guest.device, member.pseudonym, guest.language
        )
        return _Found(subject, f"u:{target.u}")
    if target.r is None or target.u is not None:
        raise _wrong("target")
    if target.id is None:
        return _Found(_room(tx, target.r), f"/s/{target.r}")
    message = messages.get(tx, target.id)
    if message is None or message.room != target.r or not _seen(message):
        raise Refused(Code.NOT_FOUND)
    return _Found(_about(tx, message), f"msg:{message.id}")


def place(tx: Tx, location: str) -> _Found:
    """What a notifier points at: a message named by its id or permalink, else a room, else the words themselves, for
    a person to look up. Never raises."""
    for match in _MESSAGE_ID.finditer(location):
        message = messages.get(tx, match[1])
        if message is not None and _seen(message):
            return _Found(_about(tx, message), location)
    room = _ROOM.search(location)
    if room is not None and room[1] in {each.slug for each in rooms.all_rooms(tx)}:
        return _Found(_room(tx, room[1]), location)
    return _Found(Subject(SubjectKind.LOCATION, _keyed(location)), location)


def _about(tx: Tx, message: Message) -> Subject:
    guest = guests.get(tx, message.guest_id)
    language = "fr" if guest is None else guest.language
    return Subject(
        SubjectKind.MESSAGE, message.id, message.room, message.guest_id, message.device, message.pseudonym, language
    )


def _room(tx: Tx, slug: str) -> Subject:
    if slug not in {each.slug for each in rooms.all_rooms(tx)}:
        raise Refused(Code.NOT_FOUND)
    return Subject(SubjectKind.ROOM, slug, slug)


def _seen(message: Message) -> bool:
    return message.state in (State.PUBLISHED, State.REMOVED) and message.s is not None


def _reason(name: str) -> Reason:
    try:
        return Reason(name)
    except ValueError:
        raise _wrong("reason") from None


def _keyed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _wrong(field: str) -> Refused:
    return Refused(Code.BAD_REQUEST, field=field)
