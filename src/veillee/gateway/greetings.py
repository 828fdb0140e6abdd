"""Who is on this link: `hello`, `ping`, `nick`."""

from __future__ import annotations

from typing import Any

from veillee.chat.guests import Guests
from veillee.chat.history import History
from veillee.chat.members import Members
from veillee.gateway.fanout import lines_of
from veillee.gateway.hub import Hub
from veillee.gateway.link import Link
from veillee.gateway.places import Places
from veillee.gateway.reply import Reply
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.event import PERSONAL
from veillee.model.guest import Guest
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.codec import encode, event
from veillee.protocol.commands import Hello, Nick, Ping
from veillee.protocol.limits import BODY_CHARACTERS, HEARTBEAT_SECONDS, TABS_A_GUEST

PERSONAL_EPOCH = "me"


class Greetings:
    """Knows the guest behind a link and resumes where it stood."""

    def __init__(
        self, guests: Guests, members: Members, history: History, hub: Hub, places: Places, clock: Clock
    ) -> None:
        self._guests = guests
        self._members = members
        self._history = history
        self._hub = hub
        self._places = places
        self._clock = clock

    async def hello(self, link: Link, command: Hello) -> Reply:
        """Recognise the guest by token or cookie; rejoin the rooms named; what was missed follows the answer.

        Raises `unauthenticated`; closes with 4409 beyond eight tabs of one guest.
        """
        if command.lang:
            link.language = "fr" if command.lang.lower().startswith("fr") else "en"
        guest = await self._guests.by_token(command.tok or link.token)
        if guest is None:
            link.close(CloseCode.SESSION_UNKNOWN)
            raise Refused(Code.UNAUTHENTICATED)
        if len(self._hub.of_guest(guest.id)) >= TABS_A_GUEST:
            link.close(CloseCode.TOO_MANY_TABS)
            raise Refused(Code.RATE_LIMITED, retry=60)
        link.blocked = await self._members.blocked(guest)
        if not command.lang:
            link.language = guest.language
        upto = await self._history.personal_offset(guest.id)
        link.guest = guest
        self._hub.add(link)
        link.session.opened()
        rooms: dict[str, dict[str, Any]] = {}
        follow: list[bytes] = []
        for slug, (epoch, offset) in command.rooms.items():
            if slug == PERSONAL:
                missed = await self._history.personal(guest.id, offset)
                follow.extend(encode(event(what)) for what in missed if what.s <= upto)
                follow.append(encode({"e": "synced", "r": PERSONAL}))
                continue
            rooms[slug], events = await self._places.resume(link, slug, epoch, offset)
            follow.extend(events)
        rooms[PERSONAL] = {"ep": PERSONAL_EPOCH, "s": upto, "st": "ok"}
        value = {"me": self._me(guest), "hb": HEARTBEAT_SECONDS, "max": BODY_CHARACTERS, "rooms": rooms}
        return Reply(value, lambda: lines_of(link, follow))

    async def ping(self, link: Link, command: Ping) -> Reply:
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
