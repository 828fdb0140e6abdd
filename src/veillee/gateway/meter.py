"""What becomes of commands, counted around the handlers of the command table: by name, outcome and time; no person."""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from veillee.gateway.link import Link
from veillee.gateway.reply import Dismissed, Reply
from veillee.model.errors import Code, Refused
from veillee.model.event import PERSONAL
from veillee.model.histogram import WAITING_S, Histogram
from veillee.protocol.commands import Command, Hello, Send

Handler = Callable[[Link, Any], Awaitable[Reply]]
_OUTCOME = {Code.THINK_AGAIN: "warned", Code.BLOCKED_CONTENT: "blocked"}


class Meter:
    """`commands` by name and `ok` or error code. `messages` by outcome (`delivered held duplicate warned blocked
    refused`) and the code of a refusal. `acknowledged`: seconds from the start of a `send` until its answer is there,
    without those that wait for slow mode. `resumes` by what `hello` said of a room. `dismissed` by close code."""

    def __init__(self, seconds: Callable[[], float] = time.perf_counter) -> None:
        self.commands: Counter[tuple[str, str]] = Counter()
        self.messages: Counter[tuple[str, str]] = Counter()
        self.acknowledged = Histogram(WAITING_S)
        self.resumes: Counter[str] = Counter()
        self.dismissed: Counter[int] = Counter()
        self._seconds = seconds

    def over(self, table: dict[type[Command], Handler], waits: Callable[[Link, Send], bool]) -> None:
        """Count around every handler of the table from now on. `waits` says which messages wait for slow mode."""
        for command, handler in table.items():
            table[command] = self._around(
                str(command.__struct_config__.tag), handler, waits if command is Send else None
            )

    def over_at_once(self, table: dict[type[Command], Callable[[Link, Any], Reply]]) -> None:
        """Count around every handler that answers without waiting, from now on."""
        for command, handler in table.items():
            table[command] = self._around_at_once(str(command.__struct_config__.tag), handler)

    def _around_at_once(self, name: str, handler: Callable[[Link, Any], Reply]) -> Callable[[Link, Any], Reply]:
        def counted(link: Link, command: Any) -> Reply:
            self.commands[name, "ok"] += 1
            return handler(link, command)

        return counted

    def _around(self, name: str, handler: Handler, waits: Callable[[Link, Send], bool] | None) -> Handler:
        @functools.wraps(handler)
        async def counted(link: Link, command: Any) -> Reply:
            started = None if waits is None or waits(link, command) else self._seconds()
            try:
                reply = await handler(link, command)
            except Refused as refused:
                self._refused(name, refused.code)
                raise
            except Dismissed as dismissed:
                self.dismissed[int(dismissed.close)] += 1
                self._refused(name, dismissed.refused.code)
                raise
            except Exception:
                self._refused(name, Code.INTERNAL)
                raise
            if started is not None:
                self.acknowledged.observe(self._seconds() - started)
            self.commands[name, "ok"] += 1
            if waits is not None:
                self.messages[_became(reply.value or {}), ""] += 1
            elif isinstance(command, Hello):
                self._resumed(command, reply.value or {})
            return reply

        return counted

    def _refused(self, name: str, code: Code) -> None:
        self.commands[name, code.value] += 1
        if name == "send":
            outcome = _OUTCOME.get(code, "refused")
            self.messages[outcome, code.value if outcome == "refused" else ""] += 1

    def _resumed(self, command: Hello, value: dict[str, Any]) -> None:
        for slug, room in value.get("rooms", {}).items():
            if slug != PERSONAL and slug in command.rooms:
                self.resumes[room["st"]] += 1


def _became(value: dict[str, Any]) -> str:
    if value.get("dup"):
        return "duplicate"
    return "held" if value.get("held") else "delivered"
