"""Who else hears of a message personally: whoever is mentioned, and whoever needs a help card.

A card goes to one reader only: the person answered or mentioned, else the last other person who spoke in the room
within five minutes, else the author. Nobody else sees it, and one card of a kind a day is enough for anybody.
Whoever blocked the author is neither told of a mention nor given the card of an answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from veillee.chat.members import Members
from veillee.model.clock import DAY, MINUTE, Clock
from veillee.model.message import NewMessage, State
from veillee.model.verdict import Action, CardFor, Verdict
from veillee.store import guests as guest_rows
from veillee.store import messages as rows
from veillee.store.port import Store

_MENTION = re.compile(r"(?<![\w@])@([\w-]{2,24})")
MENTIONS = 5
"""People told personally of one message, at most."""
_RECENT = 10_000

Personal = tuple[tuple[str, str, dict[str, Any]], ...]


class Recipients:
    """Turns a judged message into the personal events that go with it."""

    def __init__(self, store: Store, clock: Clock, members: Members) -> None:
        self._store = store
        self._clock = clock
        self._members = members
        self._carded: dict[tuple[str, str], int] = {}
        self._last_speakers: dict[str, list[tuple[str, int]]] = {}

    async def of(self, new: NewMessage, verdict: Verdict) -> Personal:
        """The mentions and the card, `(guest id, kind, data)`; none for a message that is not published."""
        if new.state is not State.PUBLISHED:
            return ()
        spoken_to = await self._mentioned(new)
        events = [(guest_id, "mention", {"room": new.room, "about": new.id}) for guest_id in spoken_to]
        return (*events, *await self.cards(new, verdict, spoken_to))

    async def cards(self, new: NewMessage, verdict: Verdict, spoken_to: Sequence[str] = ()) -> Personal:
        """The card alone, also for a text that was edited. Follow with `untold` if it could not be written."""
        if verdict.action is not Action.CARD or verdict.card is None:
            return ()
        guest_id = await self._card_reader(new, verdict, spoken_to)
        if not self._first_today(guest_id, verdict.card):
            return ()
        return ((guest_id, "card", {"id": new.id, "card": verdict.card, "room": new.room, "about": new.id}),)

    def told(self, new: NewMessage) -> None:
        """The message was committed: if it was published, its author has been heard in the room."""
        if new.state is not State.PUBLISHED:
            return
        self._members.spoke(new.guest_id, new.room)
        speakers = [known for known in self._last_speakers.get(new.room, []) if known[0] != new.guest_id]
        self._last_speakers[new.room] = [*speakers[-3:], (new.guest_id, new.at)]

    def untold(self, new: NewMessage) -> None:
        """The message could not be written: whoever was to get its card may get one another time."""
        for guest_id, kind, data in new.personal:
            if kind == "card":
                self._carded.pop((guest_id, data["card"]), None)

    async def _mentioned(self, new: NewMessage) -> list[str]:
        """Whoever is here under a name in the text, except who blocked the author: nothing reaches them."""
        if "@" not in new.body:
            return []
        body = unicodedata.normalize("NFC", new.body).casefold()
        names = {name for match in _MENTION.finditer(body) for name in (match[1], match[1].rstrip("-_"))}
        here = {member.pseudonym.casefold(): member for member in self._members.roster(new.room)} if names else {}
        found = {here[name].guest_id: here[name].device for name in sorted(names & here.keys(), key=body.index)}
        found.pop(new.guest_id, None)
        deaf = await self._store.read(guest_rows.who_blocked, new.device, set(found.values())) if found else ()
        return [guest_id for guest_id, device in found.items() if device not in deaf][:MENTIONS]

    async def _card_reader(self, new: NewMessage, verdict: Verdict, spoken_to: Sequence[str]) -> str:
        if verdict.card_for is CardFor.AUTHOR:
            return new.guest_id
        if new.reply_to is not None:
            answered = await self._store.read(rows.get, new.reply_to)
            if answered is not None and answered.guest_id != new.guest_id:
                deaf = await self._store.read(guest_rows.who_blocked, new.device, {answered.device})
                return new.guest_id if deaf else answered.guest_id
        if spoken_to:
            return spoken_to[0]
        recent = [who for who, at in self._last_speakers.get(new.room, []) if at > new.at - 5 * MINUTE]
        others = [who for who in recent if who != new.guest_id]
        return others[-1] if others else new.guest_id

    def _first_today(self, guest_id: str, card: str) -> bool:
        now = self._clock()
        if self._carded.get((guest_id, card), 0) > now - DAY:
            return False
        if len(self._carded) > _RECENT:
            self._carded = {who: at for who, at in self._carded.items() if at > now - DAY}
        self._carded[guest_id, card] = now
        return True
