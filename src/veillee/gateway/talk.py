"""Speaking: `send`, `edit`, `del`, `typing`, `read`."""

from __future__ import annotations

from typing import Any

from veillee.bus.port import Bus
from veillee.chat.access import Access
from veillee.chat.messages import Messages, Posted
from veillee.chat.throttle import TYPING, Throttle
from veillee.gateway.link import Link
from veillee.gateway.reply import NOTHING, SILENT, Reply
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.event import Ephemeral
from veillee.model.message import Draft
from veillee.protocol.commands import Del, Edit, Read, Send, Typing
from veillee.protocol.errors import sentence


class Talk:
    """From commands to the verbs of chat/messages."""

    def __init__(self, messages: Messages, access: Access, throttle: Throttle, bus: Bus, clock: Clock) -> None:
        self._messages = messages
        self._access = access
        self._throttle = throttle
        self._bus = bus
        self._clock = clock

    async def send(self, link: Link, command: Send) -> Reply:
        """Post a message; answered after the commit."""
        draft = Draft(command.r, command.k, command.b, command.re, command.confirm)
        posted = await self._messages.post(link.known(), draft)
        return Reply(_answer(posted, link.language))

    def waits(self, link: Link, command: Send) -> bool:
        """Whether this message may have to wait for its turn (slow mode): nothing else waits behind it."""
        try:
            return link.guest is not None and self._messages.slow(link.guest, command.r)
        except Refused:
            return False

    async def edit(self, link: Link, command: Edit) -> Reply:
        """Change one's own message."""
        return Reply({"s": await self._messages.edit(link.known(), command.r, command.id, command.b, command.confirm)})

    async def delete(self, link: Link, command: Del) -> Reply:
        """Remove one's own message."""
        return Reply({"s": await self._messages.delete(link.known(), command.r, command.id)})

    async def typing(self, link: Link, command: Typing) -> Reply:
        """Show the others that the guest is writing: at most every two seconds, never an error."""
        try:
            guest = link.known()
            _, member = self._access.room_to_speak(guest, command.r)
            await self._throttle.take(f"typing:{member.u}", TYPING, self._clock())
        except Refused:
            return SILENT
        data = {"u": member.u, "n": member.pseudonym}
        self._bus.publish([Ephemeral(command.r, "typing", data, guest.device)])
        return SILENT

    async def read(self, link: Link, command: Read) -> Reply:
        """The guest has read up to here. Others are not told; nothing is kept."""
        self._access.member(link.known(), command.r)
        return NOTHING


def _answer(posted: Posted, language: str) -> dict[str, Any]:
    if posted.held:
        held = {"id": posted.id, "held": True, "case": posted.case, "code": posted.code}
        return held | {"m": sentence(Code.HELD, language)} | ({"dup": 1} if posted.duplicate else {})
    value: dict[str, Any] = {"id": posted.id, "s": posted.s, "t": posted.at}
    return value | {"dup": 1} if posted.duplicate else value
