"""The command table, and the order in which a link's commands are carried out: one after the other.

Frames become commands in `protocol/session`; here each finds its handler. A refusal becomes an error in the guest's
language; anything else that goes wrong becomes `internal` and a log line without personal data.

What was received before a connection ended is still carried out; only then does the guest leave the rooms. So no
command can join a room after its link was let go of.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from veillee.gateway.greetings import Greetings
from veillee.gateway.hub import Hub
from veillee.gateway.link import Link
from veillee.gateway.places import Places
from veillee.gateway.redress import Redress
from veillee.gateway.reply import Dismissed, Reply
from veillee.gateway.talk import Talk
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.protocol import codec, commands, limits
from veillee.protocol.commands import AnyCommand, Command
from veillee.protocol.errors import body
from veillee.protocol.session import Reject
from veillee.store.port import StoreUnavailable

log = structlog.get_logger("gateway")

Handler = Callable[[Link, Any], Awaitable[Reply]]
Answer = tuple[bytes | None, Callable[[], None] | None]
"""What to write, and what to do right after."""


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
        self._waiting: set[asyncio.Task[None]] = set()
        self.at_once: dict[type[Command], Callable[[Link, Any], Reply]] = {commands.Ping: greetings.pong}
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

    def receive(self, link: Link, frame: bytes) -> bool:
        """A frame arrived on a link: queue its command, or answer what is wrong with it. Whether it is a message."""
        outcome = self._hear(link, frame)
        if isinstance(outcome, Reject):
            link.send(self._rejection(link, outcome))
            if outcome.close is not None:
                link.close(outcome.close)
            return False
        self._queue(link, outcome, None)
        return isinstance(outcome, commands.Send)

    async def ask(self, link: Link, frame: bytes) -> tuple[bytes | None, bool]:
        """As `receive`, for a transport that wants the answer back; with whether the frame was a good one."""
        outcome = self._hear(link, frame)
        if isinstance(outcome, Reject):
            if outcome.close is not None:
                link.close(outcome.close)
            return self._rejection(link, outcome), False
        answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._queue(link, outcome, answer)
        return await answer, True

    def lost(self, link: Link) -> None:
        """Nothing more can be written to the link: it hears no room any more, and leaves once its commands are done.

        Leaving announces itself to others, therefore never in here: this may be called from the middle of a fanout.
        """
        if link.over:
            return
        link.session.closed()
        self._hub.silence(link)
        if link.runner is None:
            asyncio.get_running_loop().call_soon(self._depart, link)

    async def finish(self) -> None:
        """Wait for the commands under way; messages that wait for slow mode are let go, nobody was told `ok`."""
        for task in self._waiting:
            task.cancel()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def carry_out(self, link: Link, command: AnyCommand) -> Answer:
        """Carry out one command; never raises, except when cancelled."""
        try:
            reply = await self.table[type(command)](link, command)
        except Refused as refused:
            return codec.refusal(command.i, body(refused, link.language)), None
        except Dismissed as dismissed:
            answer = codec.refusal(command.i, body(dismissed.refused, link.language))
            return answer, functools.partial(_dismiss, link, dismissed)
        except StoreUnavailable:
            return self._internal(command, link), None
        except Exception:
            log.exception("command failed", command=type(command).__name__)
            return self._internal(command, link), None
        return None if reply.silent else codec.ok(command.i, reply.value), reply.then

    def _hear(self, link: Link, frame: bytes) -> AnyCommand | Reject:
        link.heard_at = self._clock()
        return link.session.receive(frame, link.heard_at)

    def _queue(self, link: Link, command: AnyCommand, answer: asyncio.Future[bytes | None] | None) -> None:
        if link.runner is not None:
            link.pending.append((command, answer))
            if len(link.pending) == limits.PENDING_COMMANDS:
                link.hold_reading(True)
            return
        if answer is None and (quick := self.at_once.get(type(command))) is not None:
            link.send(codec.ok(command.i, quick(link, command).value))
            return
        link.pending.append((command, answer))
        link.runner = asyncio.get_running_loop().create_task(self._run(link))
        self._tasks.add(link.runner)

    async def _run(self, link: Link) -> None:
        try:
            while link.pending:
                command, answer = link.pending.popleft()
                if isinstance(command, commands.Send) and self._talk.waits(link, command):
                    self._put_off(self._answer(link, command, answer))
                else:
                    await self._answer(link, command, answer)
                if len(link.pending) == limits.PENDING_COMMANDS // 2:
                    link.hold_reading(False)
        finally:
            if link.runner is not None:
                self._tasks.discard(link.runner)
            link.runner = None
            if link.over:
                self._depart(link)

    async def _answer(self, link: Link, command: AnyCommand, wanted: asyncio.Future[bytes | None] | None) -> None:
        try:
            answer, then = await self.carry_out(link, command)
        except asyncio.CancelledError:
            if wanted is not None:
                wanted.cancel()
            raise
        if wanted is not None:
            if not wanted.done():
                wanted.set_result(answer)
        elif answer is not None:
            if self._hub.crowded(link):
                link.send(answer)
            else:
                link.answer(answer)
        if then is not None:
            then()

    def _depart(self, link: Link) -> None:
        rooms = list(link.rooms)
        self._hub.discard(link)
        for slug in rooms:
            self._places.depart(link, slug)

    def _rejection(self, link: Link, reject: Reject) -> bytes:
        retry = 5.0 if reject.code is Code.RATE_LIMITED else None
        error = body(Refused(reject.code, retry=retry), link.language)
        if reject.reason:
            error["why"] = reject.reason
        return codec.refusal(reject.request, error)

    def _internal(self, command: Command, link: Link) -> bytes:
        return codec.refusal(command.i, body(Refused(Code.INTERNAL, retry=2), link.language))

    def _put_off(self, work: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)


def _dismiss(link: Link, dismissed: Dismissed) -> None:
    if dismissed.bye is not None:
        link.event("bye", dismissed.bye)
    link.close(dismissed.close)
