"""Reads what strace wrote and says whether the disk was asked before the sender was answered. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

CALLS = "fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg"
_START = re.compile(r"^(?:\[pid\s+)?(\d+)\]?\s+(?:[\d.]+\s+)?(\w+)\((\d+)<([^>]*)>")
_RESUMED = re.compile(r"^(?:\[pid\s+)?(\d+)\]?\s+(?:[\d.]+\s+)?<\.\.\. (fdatasync|fsync) resumed>.*= 0")
_SYNCS = {"fdatasync", "fsync"}


@dataclass(frozen=True, slots=True)
class Moment:
    """Where in the trace a message was written to the log of the database, synced, and answered; None if it was not."""

    written: int | None
    synced: int | None
    answered: int | None

    @property
    def durable_first(self) -> bool:
        """Written, then on the disk, then answered."""
        return (
            self.written is not None
            and self.synced is not None
            and self.answered is not None
            and self.written < self.synced < self.answered
        )


def moments(lines: Iterable[str], messages: dict[str, int]) -> dict[str, Moment]:
    """For each body in `messages` (with its request id): the first write of it to a write-ahead log, the first sync of
    that log that began after it and returned 0, and the first answer `{"i":<request id>,"ok"` on a socket.
    """
    written: dict[str, int] = {}
    synced: dict[str, int] = {}
    answered: dict[str, int] = {}
    started: dict[str, tuple[int, bool]] = {}  # by thread: where its unfinished sync began, and whether of a log

    def sync(began: int, ended: int) -> None:
        for body, place in written.items():
            if place < began:
                synced.setdefault(body, ended)

    for number, line in enumerate(lines):
        if (resumed := _RESUMED.match(line)) is not None:
            began, of_log = started.pop(resumed[1], (0, False))
            if of_log:
                sync(began, number)
            continue
        if (call := _START.match(line)) is None:
            continue
        thread, name, path = call[1], call[2], call[4]
        if name in _SYNCS:
            if "<unfinished" in line:
                started[thread] = (number, path.endswith("-wal"))
            elif line.rstrip().endswith("= 0") and path.endswith("-wal"):
                sync(number, number)
        elif path.endswith("-wal"):
            for body in messages:
                if body not in written and body in line:
                    written[body] = number
        elif '"ok' in line or 'ok\\"' in line:
            for body, request in messages.items():
                if body not in answered and f'{{\\"i\\":{request},\\"ok\\"' in line:
                    answered[body] = number
    return {body: Moment(written.get(body), synced.get(body), answered.get(body)) for body in messages}
