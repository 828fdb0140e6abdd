"""Guests: who enters, under which pseudonym, and how the same person comes back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from veillee.chat.judge import Judge
from veillee.chat.keys import Keys
from veillee.chat.pseudonyms import Reserved, normal_form, variant
from veillee.chat.sanctions import Sanctions
from veillee.chat.throttle import ENTERING, RENAMING, Throttle
from veillee.model.clock import DAY, Clock
from veillee.model.errors import Code, Refused
from veillee.model.guest import ADULT, Guest
from veillee.model.verdict import Action, Category, Facts, Kind, Persona, Verdict
from veillee.store import guests as rows
from veillee.store.port import Store

RESERVED_DAYS = 7
"""A pseudonym stays its guest's for so long after they were last seen."""
SESSIONS = 20_000
"""Sessions remembered; beyond it the least recently used is read from the store again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody gives at the door. Only `nick` and `rules` are asked for; the rest is declared or absent.

    `device` is the device's first-party token; `address` a keyed hash, only to slow down floods.
    """

    nick: str
    rules: bool
    device: str
    age: int | None = None
    gender: str | None = None
    area: str | None = None
    language: str = "fr"
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The guest, the session token, the four words that reopen the pseudonym elsewhere, and what the judge said."""

    guest: Guest
    token: str
    phrase: str | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Chance:
    """Where ids and secrets come from: a message id for now, a token, a phrase, a number below n."""

    identifier: Callable[[], str]
    token: Callable[[], str]
    phrase: Callable[[str], str]
    below: Callable[[int], int]


OnChanged = Callable[[str, Guest | None], Awaitable[object]]
"""Told of a guest, by id, whose session ended (with the one that replaces it, or None), or, from another process, of
who goes by another pseudonym."""
OnVerdict = Callable[[Guest, Verdict], Awaitable[object]]
"""Told of somebody who was admitted although staff should see the verdict; awaited before the answer goes out."""


class Guests:
    """Entering, coming back, renaming, leaving. Two people cannot enter under look-alike pseudonyms at once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keys: Keys,
        judge: Judge,
        sanctions: Sanctions,
        throttle: Throttle,
        chance: Chance,
    ) -> None:
        self._store = store
        self._clock = clock
        self._keys = keys
        self._judge = judge
        self._sanctions = sanctions
        self._throttle = throttle
        self._chance = chance
        self._entering: set[str] = set()
        self._by_token: OrderedDict[str, Guest] = OrderedDict()
        self._changes = 0
        self._notify: list[OnVerdict] = []
        self._on_changed: list[OnChanged] = []
        self._on_entered: list[Callable[[Guest], None]] = []
        self.reserved = Reserved()

    def on_verdict(self, listener: OnVerdict) -> None:
        """Called with whoever was admitted although staff should see the verdict (`case`)."""
        self._notify.append(listener)

    def on_entered(self, listener: Callable[[Guest], None]) -> None:
        """Called with each new guest, once they are written."""
        self._on_entered.append(listener)

    def on_changed(self, listener: OnChanged) -> None:
        """Called with a guest's id and how they are known from now on."""
        self._on_changed.append(listener)

    async def enter(self, entry: Entry) -> Entered:
        """Admit somebody.

        Raises `rules_needed`, `suspended`, `rate_limited`, `nick_invalid`, `nick_reserved`, `nick_taken` (with a
        suggestion), `nick_refused`.
        """
        if not entry.rules:
            raise Refused(Code.RULES_NEEDED)
        now = self._clock()
        device = self._keys.device(entry.device)
        self._sanctions.check_presence(device)
        if entry.address is not None:
            await self._throttle.take(entry.address, ENTERING, now)
        name = normal_form(entry.nick)
        shape = self.reserved.check(name)
        persona = Persona(
            self._chance.identifier(), name, entry.age, entry.gender, entry.area, device, minutes_since_entry=0.0
        )
        verdict = await self._judge_name(persona, entry.language)
        async with _Claim(self._entering, shape, name, self._chance):
            token, phrase = self._chance.token(), self._chance.phrase(entry.language)
            minor = (entry.age is not None and entry.age < ADULT) or Category.MINOR_SAFETY in verdict.categories
            guest = Guest(
                persona.id, device, name, shape, now, entry.language, entry.age, entry.gender, entry.area, minor,
                self._keys.token(token),
            )  # fmt: skip
            hashes = (guest.session, self._keys.phrase(phrase))
            self._check_free(name, free=await self._store.write(rows.admit, guest, *hashes, held_since(now)))
        self._hold(self._keys.token(token), guest)
        for entered in self._on_entered:
            entered(guest)
        if verdict.case:
            for listener in self._notify:
                await listener(guest, verdict)
        return Entered(guest, token, phrase, verdict)

    async def reopen(self, phrase: str, device_token: str, address: str | None = None) -> Entered:
        """Come back under one's pseudonym from anywhere, with the four words. The session elsewhere ends; the device
        stays the first one's, and with it blocks and sanctions.

        Raises `unauthenticated`, `suspended`, `rate_limited`, and `nick_taken` or `nick_reserved` if somebody else has
        come to bear the pseudonym since.
        """
        now = self._clock()
        device = self._keys.device(device_token)
        await self._throttle.take(f"reopen:{address or device}", RENAMING, now)
        words = phrase.split()
        guest = await self._store.read(rows.by_phrase, self._keys.phrase(phrase)) if len(words) == 4 else None
        if guest is None:
            raise Refused(Code.UNAUTHENTICATED)
        self._sanctions.check_presence(guest.device)
        self._sanctions.check_presence(device)
        self.reserved.check(guest.pseudonym)
        token = self._chance.token()
        async with _Claim(self._entering, guest.skeleton, guest.pseudonym, self._chance):
            hashed = self._keys.token(token)
            free = await self._store.write(rows.reopen, guest, hashed, now, held_since(now))
            self._check_free(guest.pseudonym, free=free)
        self._drop(guest)
        guest = replace(guest, session=self._keys.token(token))
        self._hold(guest.session, guest)
        await self._tell(guest.id, guest)
        return Entered(guest, token, None, Verdict(Action.ALLOW))

    async def by_token(self, token: str | None) -> Guest | None:
        """Whoever holds this session token, or None."""
        if not token or len(token) > 128:
            return None
        hashed = self._keys.token(token)
        while (guest := self._by_token.get(hashed)) is None:
            changes = self._changes
            guest = await self._store.read(rows.by_token, hashed)
            if guest is None:
                return None
            if changes == self._changes:  # else somebody left or took another pseudonym while it was read
                self._hold(hashed, guest)
        self._by_token.move_to_end(hashed)
        return guest

    async def rename(self, guest: Guest, nick: str) -> Guest:
        """Go by another pseudonym; raises as `enter` does for the pseudonym, and `rate_limited`."""
        now = self._clock()
        await self._throttle.take(f"rename:{guest.device}", RENAMING, now)
        name = normal_form(nick)
        shape = self.reserved.check(name)
        persona = Persona(guest.id, name, guest.age, guest.gender, guest.area, guest.device)
        verdict = await self._judge_name(persona, guest.language)
        renamed = replace(guest, pseudonym=name, skeleton=shape)
        async with _Claim(self._entering, shape, name, self._chance):
            if shape != guest.skeleton:
                self._check_free(name, free=await self._store.write(rows.take_name, renamed, held_since(now)))
            else:
                await self._store.write(rows.rename, guest.id, name, shape)
        self._changes += 1
        for hashed, held in self._by_token.items():
            if held.id == guest.id:
                self._by_token[hashed] = renamed
        if verdict.case:
            for listener in self._notify:
                await listener(renamed, verdict)
        return renamed

    async def leave(self, guest: Guest) -> None:
        """End the session: its token stops working; the pseudonym stays reserved for the phrase."""
        await self._store.write(rows.leave, guest.id, self._clock())
        self._drop(guest)
        await self._tell(guest.id, None)

    async def look_up(self, guest_id: str) -> None:
        """On another process the guest left, was reopened or took another pseudonym: know them as they are now."""
        found = await self._store.read(rows.get, guest_id)
        guest = found if found is not None and found.session else None
        self._changes += 1
        for hashed in [known for known, held in self._by_token.items() if held.id == guest_id]:
            if guest is not None and guest.session == hashed:
                self._by_token[hashed] = guest
            else:
                del self._by_token[hashed]
        await self._tell(guest_id, guest)

    async def _tell(self, guest_id: str, guest: Guest | None) -> None:
        for listener in self._on_changed:
            await listener(guest_id, guest)

    async def seen(self, guest_ids: list[str]) -> None:
        """These guests are connected: their pseudonyms stay theirs."""
        await self._store.write(rows.seen, guest_ids, self._clock())

    def _hold(self, hashed: str, guest: Guest) -> None:
        self._by_token[hashed] = guest
        if len(self._by_token) > SESSIONS:
            self._by_token.popitem(last=False)

    def _drop(self, guest: Guest) -> None:
        self._changes += 1
        for hashed in [known for known, held in self._by_token.items() if held.id == guest.id]:
            del self._by_token[hashed]

    async def _judge_name(self, persona: Persona, language: str) -> Verdict:
        now = self._clock() / 1000
        facts = Facts(persona.pseudonym, Kind.PSEUDONYM, at=now, author=persona, language=language)
        verdict = (await self._judge.judge(facts)).verdict
        if verdict.action in (Action.BLOCK, Action.HOLD, Action.WARN):
            raise Refused(Code.NICK_REFUSED)
        return verdict

    def _check_free(self, name: str, *, free: bool) -> None:
        if not free:
            raise Refused(Code.NICK_TAKEN, s=variant(name, self._chance.below))


def held_since(now: int) -> int:
    """Whoever was seen at or after this (Unix ms) holds their pseudonym at `now`."""
    return now - RESERVED_DAYS * DAY


class _Claim:
    """Holds a pseudonym's shape while its guest is being written, so that two cannot pass the check at once."""

    def __init__(self, entering: set[str], shape: str, name: str, chance: Chance) -> None:
        self._entering = entering
        self._shape = shape
        self._name = name
        self._chance = chance

    async def __aenter__(self) -> None:
        if self._shape in self._entering:
            raise Refused(Code.NICK_TAKEN, s=variant(self._name, self._chance.below))
        self._entering.add(self._shape)

    async def __aexit__(self, *_: object) -> None:
        self._entering.discard(self._shape)
