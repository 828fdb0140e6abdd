"""Who is on this link: `hello`, `ping`, `nick`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from veillee.chat.guests import Guests
from veillee.chat.history import History
from veillee.chat.members import Members
from veillee.chat.sanctions import Sanctions
from veillee.gateway.drain import reason
from veillee.gateway.fanout import lines_of
from veillee.gateway.hub import Hub
from veillee.gateway.link import Link
from veillee.gateway.places import Places
from veillee.gateway.reply import Dismissed, Reply
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.event import PERSONAL
from veillee.model.guest import Guest
from veillee.model.sanction import SanctionKind
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.codec import encode, event
from veillee.protocol.commands import Hello, Nick, Ping
from veillee.protocol.limits import BODY_CHARACTERS, HEARTBEAT_SECONDS, TABS_A_GUEST

PERSONAL_EPOCH = "me"
BANS = (SanctionKind.SERVICE_BAN, SanctionKind.ROOM_BAN)


class Greetings:
    """Knows the guest behind a link and resumes where it stood."""

    def __init__(
        self,
        guests: Guests,
        members: Members,
        sanctions: Sanctions,
        history: History,
        hub: Hub,
        places: Places,
        clock: Clock,
    ) -> None:
        self._guests = guests
        self._sanctions = sanctions
        self._members = members
        self._history = history
        self._hub = hub
        self._places = places
        self._clock = clock
        self._on_greeted: list[Callable[[Guest, int], None]] = []

    def on_greeted(self, listener: Callable[[Guest, int], None]) -> None:
        """Called with whoever said hello, and how far their link knows their personal stream, in the same turn."""
        self._on_greeted.append(listener)

    async def hello(self, link: Link, command: Hello) -> Reply:
        """Recognise the guest by token or cookie; rejoin the rooms named; what was missed follows the answer.

        Dismisses whoever is unknown (4100), suspended (4403, after `bye`) or here in eight tabs already (4409).
        From the first await on, sanctions and blocks reach the link; events wait until the answer has gone out.
        """
        if command.lang:
            link.language = "fr" if command.lang.lower().startswith("fr") else "en"
        guest = await self._guests.by_token(command.tok or link.token)
        if guest is None:
            raise Dismissed(Refused(Code.UNAUTHENTICATED), CloseCode.SESSION_UNKNOWN)
        if not command.lang:
            link.language = guest.language
        self._check_welcome(guest)
        if len(self._hub.of_guest(guest.id)) >= TABS_A_GUEST:
            raise Dismissed(Refused(Code.RATE_LIMITED, retry=60), CloseCode.TOO_MANY_TABS)
        link.guest = guest
        link.early = []
        self._hub.add(link)
        try:
            link.blocked |= await self._members.blocked(guest)
            me, follow = await self._personal(guest, command.rooms.get(PERSONAL))
            back = {
                slug: await self._places.come_back(link, slug, epoch, offset)
                for slug, (epoch, offset) in command.rooms.items()
                if slug != PERSONAL
            }
        except BaseException:
            self._forget(link)
            raise
        early, link.early = link.early, None  # no await from here on
        late = [what for what in early if what.s > me["s"]]
        follow.extend(encode(event(what)) for what in late)
        me["s"] = late[-1].s if late else me["s"]
        for listener in self._on_greeted:
            listener(guest, me["s"])
        if PERSONAL in command.rooms:
            follow.append(encode({"e": "synced", "r": PERSONAL}))
        rooms = {PERSONAL: me}
        for slug, outcome in back.items():
            if isinstance(outcome, str):
                rooms[slug] = {"ep": "", "s": 0, "st": outcome}
            else:
                rooms[slug], events = self._places.settle(link, outcome)
                follow.extend(events)
        link.session.opened()
        value = {"me": self._me(guest), "hb": HEARTBEAT_SECONDS, "max": BODY_CHARACTERS, "rooms": rooms}
        return Reply(value, lambda: lines_of(link, follow))

    async def _personal(self, guest: Guest, seen: tuple[str, int] | None) -> tuple[dict[str, Any], list[bytes]]:
        """The entry of the personal stream, and what was missed of it by whoever names where they stand."""
        upto = await self._history.personal_offset(guest.id)
        entry = {"ep": PERSONAL_EPOCH, "s": upto, "st": "ok"}
        if seen is None:
            return entry, []
        epoch, offset = seen
        known = epoch == PERSONAL_EPOCH and offset <= upto
        missed = await self._history.personal(guest.id, offset if known else 0)
        entry["s"] = missed[-1].s if missed else upto
        if not known or (missed and missed[0].s > offset + 1):
            entry["st"] = "gap"
        return entry, [encode(event(what)) for what in missed]

    def _check_welcome(self, guest: Guest) -> None:
        try:
            self._sanctions.check_presence(guest.device)
        except Refused as refused:
            ban = next(s for s in self._sanctions.active(guest.device) if s.kind in BANS)
            raise Dismissed(refused, CloseCode.SUSPENDED, reason(ban)) from None

    def _forget(self, link: Link) -> None:
        """A hello that failed leaves nothing behind: the client may say it again."""
        for slug in list(link.rooms):
            self._places.depart(link, slug)
        self._hub.discard(link)
        link.guest, link.early, link.blocked = None, None, frozenset()

    async def ping(self, link: Link, command: Ping) -> Reply:
        """As `pong`, in its turn behind what waits."""
        return self.pong(link, command)

    def pong(self, link: Link, command: Ping) -> Reply:
        """The server's time, Unix milliseconds."""
        return Reply({"t": self._clock()})

    async def nick(self, link: Link, command: Nick) -> Reply:
        """Go by another pseudonym in every room the guest is in, on every link."""
        before = link.known()
        after = await self._guests.rename(before, command.n)
        links = self._hub.of_guest(before.id)
        rooms = sorted({slug for other in links for slug in other.rooms})
        await self._members.rename(before, after, rooms)
        for other in links:
            other.guest = after
        faces = {slug: self._members.face(after, slug).u for slug in rooms}
        return Reply({"me": self._me(after), "rooms": {slug: {"u": u} for slug, u in faces.items()}})

    def _me(self, guest: Guest) -> dict[str, Any]:
        face = self._members.face(guest, PERSONAL)
        return {"u": face.u, "n": guest.pseudonym} | ({"protected": True} if guest.protected else {})
