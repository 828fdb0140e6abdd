"""What happens to a guest while they are connected: their session ends, they take another pseudonym, they block."""

from __future__ import annotations

from veillee.chat.members import Members
from veillee.gateway.hub import Hub
from veillee.model.event import Changed
from veillee.model.guest import Guest
from veillee.protocol.close_codes import CloseCode


class Sessions:
    """Lets open links follow what was done by another door or on another process."""

    def __init__(self, hub: Hub, members: Members) -> None:
        self._hub = hub
        self._members = members

    async def changed(self, guest_id: str, guest: Guest | None) -> None:
        """The guest is known as `guest` from now on: links of an earlier session end (4100), the others bear the new
        pseudonym."""
        links = [link for link in self._hub.of_guest(guest_id) if link.guest is not None]
        for link in links:
            if guest is None or link.known().session != guest.session:
                link.event("bye", {"c": "unauthenticated"})
                link.close(CloseCode.SESSION_UNKNOWN)
        staying = [link for link in links if not link.over]
        if guest is None or not staying or staying[0].known().pseudonym == guest.pseudonym:
            return
        rooms = sorted({slug for link in staying for slug in link.rooms})
        await self._members.rename(staying[0].known(), guest, rooms)
        for link in staying:
            if link.guest is not None:
                link.guest = guest

    async def blocks_changed(self, change: Changed) -> None:
        """Whom a device's guests block has changed on another process."""
        device = change.subject
        while links := self._hub.of_device(device):
            before = [link.blocked for link in links]
            blocked = await self._members.blocked_by(device)
            if before != [link.blocked for link in links]:
                continue  # somebody blocked or unblocked here meanwhile: what was read may be older
            for link in links:
                link.blocked = blocked
                self._hub.regroup(link)
            return
