"""Not having to put up with it: `block`, `unblock`, `report`, `appeal`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from veillee.chat.access import Access
from veillee.chat.members import Members
from veillee.gateway.hub import Hub
from veillee.gateway.link import Link
from veillee.gateway.reply import NOTHING, Reply
from veillee.model.guest import Guest
from veillee.protocol.commands import Appeal, Block, Report, Target, Unblock


class Casework(Protocol):
    """What moderation offers a guest: both answer the secret code under which the outcome can be followed.

    `report` raises `bad_request` (an unknown reason, a target that is none), `not_found`, `rate_limited`; `appeal`
    raises `not_found` and `conflict` (too late, or contested already).
    """

    async def report(self, reporter: Guest, target: Target, reason: str, note: str | None) -> str: ...

    async def appeal(self, guest: Guest | None, code: str, note: str) -> str: ...


class Redress:
    """Blocks act at once on every link of the guest's; reports and appeals go up to moderation."""

    def __init__(self, members: Members, access: Access, hub: Hub, casework: Casework) -> None:
        self._members = members
        self._access = access
        self._hub = hub
        self._casework = casework

    async def block(self, link: Link, command: Block) -> Reply:
        """Never see this person again, in any room."""
        device = await self._members.block(link.known(), command.u)
        self._apply(link.known(), lambda blocked: blocked | {device})
        return NOTHING

    async def unblock(self, link: Link, command: Unblock) -> Reply:
        """Undo a block."""
        device = await self._members.unblock(link.known(), command.u)
        self._apply(link.known(), lambda blocked: blocked - {device})
        return NOTHING

    async def report(self, link: Link, command: Report) -> Reply:
        """Say that something is wrong; answers the receipt code."""
        guest = link.known()
        code = await self._casework.report(guest, command.target, command.reason, command.note)
        if command.block and (device := await self._device_of(command.target)) not in (None, guest.device):
            assert device is not None
            await self._members.block_device(guest, device)
            self._apply(guest, lambda blocked: blocked | {device})
        return Reply({"code": code})

    async def _device_of(self, target: Target) -> str | None:
        if target.u is not None:
            return (await self._members.known(target.u))[1].device
        if target.r is not None and target.id is not None:
            return (await self._access.message_to_answer(target.r, target.id)).device
        return None

    async def appeal(self, link: Link, command: Appeal) -> Reply:
        """Contest a decision."""
        return Reply({"code": await self._casework.appeal(link.guest, command.code, command.note)})

    def _apply(self, guest: Guest, change: Callable[[frozenset[str]], frozenset[str]]) -> None:
        for link in self._hub.of_device(guest.device):
            link.blocked = change(link.blocked)
            self._hub.regroup(link)
