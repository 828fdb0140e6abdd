"""Messages: post, edit, remove, release. The life of a message (docs/internals) passes through `post`.

Checks run in the order of the outer contract: idempotency, size, rights, throttle, judgement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from veillee.chat.access import Access
from veillee.chat.judge import Judge
from veillee.chat.keys import Keys
from veillee.chat.recipients import Recipients
from veillee.chat.recollection import Kept
from veillee.chat.sent_keys import SentKeys
from veillee.chat.throttle import SPEAKING, Throttle
from veillee.model.clock import SECOND, Clock
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest, Member
from veillee.model.message import Appended, Draft, NewMessage, State
from veillee.model.room import Room
from veillee.model.verdict import Action, Facts, Kind, Persona, Verdict
from veillee.protocol.limits import BODY_CHARACTERS, EDIT_SECONDS
from veillee.store import messages as rows
from veillee.store.port import Store

_STATES = {Action.HOLD: State.HELD, Action.BLOCK: State.REFUSED}


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a draft. `s` is None while it is held, `case` and `code` say where to follow it then."""

    id: str
    s: int | None
    at: int
    duplicate: bool = False
    case: str | None = None
    code: str | None = None

    @property
    def held(self) -> bool:
        """It waits for a person."""
        return self.s is None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a judged message is written: the store, what writes its case if it is refused, where its id comes from,
    and how slow mode waits (seconds)."""

    store: Store
    recorder: rows.Recorder | None
    identifier: Callable[[], str]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


class Messages:
    """The verbs. `access`, `judge` and `throttle` decide; the store commits; nothing is published here."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        keys: Keys,
        access: Access,
        judge: Judge,
        throttle: Throttle,
        recipients: Recipients,
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._keys = keys
        self._access = access
        self._judge = judge
        self._throttle = throttle
        self._recipients = recipients
        self._sent = SentKeys(desk.store, clock)

    async def post(self, guest: Guest, draft: Draft) -> Posted:
        """Say something in a room; returns after the commit.

        A known key is answered from what is stored (`duplicate`). Raises `key_reused`, `empty`, `too_long`,
        `not_found`, `forbidden`, `room_closed`, `muted`, `suspended`, `rate_limited`, `slow_mode`,
        `link_not_allowed`, `think_again` (with `confirm`) and `blocked_content` (with `case` and `code`).
        In slow mode it waits for its turn first. The same key sent again while the first is under way waits for it.
        """
        digest = self._keys.digest(draft.room, draft.body, draft.reply_to)
        known = await self._sent.begin(guest.id, draft.key)
        try:
            if known is not None:
                return self._answer(known, digest, duplicate=True)
            return await self._post(guest, draft, digest)
        finally:
            self._sent.end(guest.id, draft.key)

    async def _post(self, guest: Guest, draft: Draft, digest: str) -> Posted:
        check_size(draft.body)
        room, member = self._access.room_to_speak(guest, draft.room)
        if draft.reply_to is not None:
            await self._access.message_to_answer(draft.room, draft.reply_to)
        await self._wait_turn(guest, room)
        facts = self._facts(guest, draft.room, draft.body, Kind.MESSAGE)
        judgement = await self._judge.judge(facts, room.on_fault)
        self._access.check_speaking(guest, room)  # a second look takes time, in which somebody may have been muted
        verdict = self._weigh(guest, room, draft, judgement.verdict)
        new = self._new(guest, member, draft, digest, verdict, judgement.risk)
        if personal := await self._recipients.of(new, verdict):
            new = replace(new, personal=personal)
        try:
            appended = await self._desk.store.write(rows.append, new, self._desk.recorder)
        except BaseException:
            self._recipients.untold(new)
            raise
        # From here to the answer nothing is awaited: the author's `ok` goes out before the event (store/port).
        self._recipients.told(new)
        self._judge.posted(new.id, judgement.verdict)
        self._sent.remember(guest.id, draft.key, appended)
        return self._answer(appended, digest, duplicate=appended.duplicate)

    def entered(self, guest: Guest) -> None:
        """The guest is new: nothing was sent under any key."""
        self._sent.fresh(guest.id)

    def arrived(self, guest: Guest) -> None:
        """The guest comes, maybe from another process: what was sent there is looked up again."""
        self._sent.forget(guest.id)

    def slow(self, guest: Guest, slug: str) -> bool:
        """Whether a message of this guest may have to wait in this room: let nothing else wait behind it."""
        return self._access.slow_seconds(guest, slug) > 0

    async def edit(self, guest: Guest, slug: str, message_id: str, body: str, confirm: str | None = None) -> int:
        """Change one's own message within ten minutes; answers the edit's offset.

        Raises as `post`, and `edit_expired`. What the judge refuses is kept with its statement and can be appealed;
        the message stays as it was.
        """
        check_size(body)
        room, member = self._access.room_to_speak(guest, slug)
        message = await self._access.own_message(guest, slug, message_id)
        now = self._clock()
        if now > message.at + EDIT_SECONDS * SECOND:
            raise Refused(Code.EDIT_EXPIRED)
        await self._throttle.take(guest.device, SPEAKING, now)
        judgement = await self._judge.judge(self._facts(guest, slug, body, Kind.EDIT), room.on_fault)
        draft = Draft(slug, f"edit:{self._desk.identifier()}", body, None, confirm)
        verdict = self._weigh(guest, room, draft, judgement.verdict)
        if verdict.action in (Action.HOLD, Action.BLOCK):
            refused = replace(verdict, action=Action.BLOCK)
            new = self._new(guest, member, draft, self._keys.digest(slug, body, None), refused, judgement.risk)
            new = replace(new, edit_of=message_id)
            self._answer(await self._desk.store.write(rows.append, new, self._desk.recorder), new.digest)
        said = replace(self._new(guest, member, draft, "", verdict), id=message_id, reply_to=message.reply_to)
        said = replace(said, personal=await self._recipients.cards(said, verdict))
        beside = rows.Beside(judgement.risk, said.personal, said.verdict)
        try:
            event = await self._desk.store.write(rows.edit, message_id, body, now, beside)
        except BaseException:
            self._recipients.untold(said)
            raise
        if event is None:
            raise Refused(Code.NOT_FOUND)
        return event.s

    async def delete(self, guest: Guest, slug: str, message_id: str) -> int:
        """Remove one's own message, at any time; answers the tombstone's offset. Raises `not_found`, `forbidden`."""
        await self._access.own_message(guest, slug, message_id)
        event = await self._desk.store.write(rows.remove, message_id, "author", self._clock())
        if event is None:
            raise Refused(Code.NOT_FOUND)
        return event.s

    async def remove(self, message_id: str, case_number: str | None = None) -> None:
        """Moderation removes a message, whatever its state; removing again changes nothing."""
        await self._desk.store.write(rows.remove, message_id, "moderation", self._clock(), case_number)

    async def release(self, message_id: str) -> None:
        """Moderation lets a held, refused or removed message be seen; releasing again changes nothing."""
        await self._desk.store.write(rows.release, message_id, self._clock())

    async def _wait_turn(self, guest: Guest, room: Room) -> None:
        now = self._clock()
        await self._throttle.take(guest.device, SPEAKING, now)
        seconds = self._access.slow_seconds(guest, room.slug)
        if seconds and (wait := await self._throttle.slow(guest.device, room.slug, seconds, now)):
            await self._desk.pause(wait / 1000)
            self._access.room_to_speak(guest, room.slug)

    def _facts(self, guest: Guest, room: str, body: str, kind: Kind) -> Facts:
        now = self._clock()
        minutes = (now - guest.entered_at) / 60_000
        author = Persona(guest.id, guest.pseudonym, guest.age, guest.gender, guest.area, guest.device, minutes)
        return Facts(body, kind, False, room, now / 1000, author, (), guest.language)

    def _weigh(self, guest: Guest, room: Room, draft: Draft, verdict: Verdict) -> Verdict:
        """The verdict after the room's own rules; a warning is raised unless its confirmation came along."""
        if not room.links and has_link(draft.body):
            raise Refused(Code.LINK_NOT_ALLOWED)
        if self._access.guarded(room):
            if has_link(draft.body):
                raise Refused(Code.GUARDED)
            if verdict.action is Action.WARN:
                return replace(verdict, action=Action.HOLD)
        if verdict.action is Action.WARN:
            token = self._keys.confirmation(guest.id, draft.room, draft.body)
            if draft.confirm != token:
                raise Refused(Code.THINK_AGAIN, confirm=token)
        return verdict

    def _new(
        self, guest: Guest, member: Member, draft: Draft, digest: str, verdict: Verdict, risk: Kept = ()
    ) -> NewMessage:
        message_id = self._desk.identifier()
        state = _STATES.get(verdict.action, State.PUBLISHED)
        return NewMessage(
            id=message_id, room=draft.room, guest_id=guest.id, device=guest.device, u=member.u,
            pseudonym=member.pseudonym, key=draft.key, digest=digest, body=draft.body, reply_to=draft.reply_to,
            at=self._clock(), state=state, verdict=record_of(verdict), risk=risk,
            code="" if state is State.PUBLISHED else self._keys.code(message_id),
        )  # fmt: skip

    def _answer(self, appended: Appended, digest: str, *, duplicate: bool = False) -> Posted:
        if appended.digest != digest:
            raise Refused(Code.KEY_REUSED)
        if appended.s is None and appended.state is not State.PUBLISHED:
            code = self._keys.code(appended.id)
            if appended.state is State.HELD:
                return Posted(appended.id, None, appended.at, duplicate, appended.case_number, code)
            raise Refused(Code.BLOCKED_CONTENT, case=appended.case_number, secret=code)
        return Posted(appended.id, appended.s, appended.at, duplicate)


def check_size(body: str) -> None:
    """Raises `empty` or `too_long` (with how many characters too many)."""
    if not body.strip():
        raise Refused(Code.EMPTY)
    if len(body) > BODY_CHARACTERS:
        raise Refused(Code.TOO_LONG, n=len(body) - BODY_CHARACTERS)


def has_link(body: str) -> bool:
    """Whether a text holds something people click on."""
    lowered = body.casefold()
    return "://" in lowered or "www." in lowered


def record_of(verdict: Verdict) -> dict[str, Any] | None:
    """What is kept of a verdict with its message; nothing for a plain allow."""
    if verdict.action is Action.ALLOW and not verdict.rules and verdict.reason is None:
        return None
    return {
        "action": verdict.action.value, "categories": [c.value for c in verdict.categories],
        "rules": list(verdict.rules), "spans": [list(span) for span in verdict.spans], "risk": round(verdict.risk, 4),
        "case": verdict.case, "reason": verdict.reason, "texts": list(verdict.texts),
    }  # fmt: skip
