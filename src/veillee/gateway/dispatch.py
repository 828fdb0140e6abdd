"""The command table, and the order in which a link's commands are carried out: one after the other.

Frames become commands in `protocol/session`; here each finds its handler. A refusal becomes an error in the guest's
language; anything else that goes wrong becomes `internal` and a log line without personal data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from veillee.gateway.greetings import Greetings
from veillee.gateway.hub import Hub
from veillee.gateway.link import Link
from veillee.gateway.places import Places
from veillee.gateway.redress import Redress
from veillee.gateway.reply import Reply
from veillee.gateway.talk import Talk
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.protocol import codec, commands, limits
from veillee.protocol.commands import AnyCommand, Command
from veillee.protocol.errors import body
from veillee.protocol.session import Phase, Reject
from veillee.store.port import StoreUnavailable

log = structlog.get_logger("gateway")

Handler = Callable[[Link, Any], Awaitable[Reply]]


class Dispatch:
    """Receives frames of links and carries their commands out."""

    def __init__(
        self, greetings: Greetings, places: Places, talk: Talk, redress: Redress, hub: Hub, clock: Clock
    ) -> None:
        self._places = places
        self._talk = talk
        self._hub = hub
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self.table: dict[type[Command], Handler] = {
            commands.Hello: greetings.hello,
            commands.Ping: greetings.ping,
            commands.Nick: greetings.nick,
            commands.Join: places.join,
            commands.Leave: places.leave,
            commands.Sync: places.sync,
            commands.Hist: places.hist,
            commands.Who: places.who,
            commands.Send: talk.send,
            commands.Edit: talk.edit,
            commands.Del: talk.delete,
            commands.Typing: talk.typing,
            commands.Read: talk.read,
            commands.Block: redress.block,
            commands.Unblock: redress.unblock,
            commands.Report: redress.report,
            commands.Appeal: redress.appeal,
        }

    def receive(self, link: Link, frame: bytes) -> None:
        """A frame arrived on a link: queue its command, or answer what is wrong with it."""
        link.heard_at = self._clock()
        outcome = link.session.receive(frame, link.heard_at)
        if isinstance(outcome, Reject):
            self._reject(link, outcome)
            return
        link.pending.append(outcome)
        if link.runner is None:
            link.runner = self._spawn(self._run(link))
        elif len(link.pending) >= limits.PENDING_COMMANDS:
            link.hold_reading(True)

    async def carry_out(self, link: Link, command: AnyCommand) -> tuple[bytes | None, Callable[[], None] | None]:
        """Carry out one command; answers what to write and what to do after it."""
        try:
            reply = await self.table[type(command)](link, command)
        except Refused as refused:
            return codec.refusal(command.i, body(refused, link.language)), None
        except StoreUnavailable:
            return self._internal(command, link), None
        except Exception:
            log.exception("command failed", command=type(command).__name__)
            return self._internal(command, link), None
        return None if reply.silent else codec.ok(command.i, reply.value), reply.then

    def lost(self, link: Link) -> None:
        """The link is gone: its guest leaves the rooms unless another link holds them there."""
        link.session.closed()
        link.pending.clear()
        rooms = list(link.rooms)
        self._hub.discard(link)
        for slug in rooms:
            self._places.depart(link, slug)

    async def finish(self) -> None:
        """Wait for the commands under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, link: Link) -> None:
        try:
            while link.pending and link.session.phase is not Phase.CLOSED:
                command = link.pending.popleft()
                if isinstance(command, commands.Send) and self._talk.waits(link, command):
                    self._spawn(self._answer(link, command))
                else:
                    await self._answer(link, command)
                if len(link.pending) == limits.PENDING_COMMANDS // 2:
                    link.hold_reading(False)
        finally:
            link.runner = None

    async def _answer(self, link: Link, command: AnyCommand) -> None:
        answer, then = await self.carry_out(link, command)
        if link.session.phase is Phase.CLOSED:
            self._settle(link)
            return
        if answer is not None:
            link.send(answer)
        if then is not None:
            then()

    def _settle(self, link: Link) -> None:
        """A command finished after its link was lost: undo what it may have joined."""
        if link.rooms or link.guest is not None:
            self.lost(link)

    def _reject(self, link: Link, reject: Reject) -> None:
        retry = 5.0 if reject.code is Code.RATE_LIMITED else None
        error = body(Refused(reject.code, retry=retry), link.language)
        if reject.reason:
            error["why"] = reject.reason
        link.send(codec.refusal(reject.request, error))
        if reject.close is not None:
            link.close(reject.close)

    def _internal(self, command: Command, link: Link) -> bytes:
        return codec.refusal(command.i, body(Refused(Code.INTERNAL, retry=2), link.language))

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
