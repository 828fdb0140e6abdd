"""Reading from many connections: the loop watches one selector, which watches them all.

So a busy place is left alone by the loop for some milliseconds (`gateway/rhythm`), and whoever has said something
meanwhile is read in one go: one wake-up, warm caches, one group for the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
from collections.abc import Callable

from veillee.gateway.rhythm import Rhythm


class Rounds:
    """Calls whoever can be read from, in the running event loop. What it calls reads once, answers how many messages
    that brought, and may `add` and `discard` anybody; a call for somebody who was discarded in the same round still
    comes. Messages alone set the rhythm: signs of life may wait with them, but make nobody wait."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._selector = selectors.DefaultSelector()
        self._rhythm = Rhythm()
        self._due: asyncio.TimerHandle | None = None
        self._watch()

    def add(self, number: int, read: Callable[[], int]) -> None:
        """Call `read` whenever there is something to read from a file descriptor; again changes nothing."""
        if number not in self._selector.get_map():
            self._selector.register(number, selectors.EVENT_READ, read)

    def discard(self, number: int) -> None:
        """Do not read from it any more. To be called before it is closed."""
        with contextlib.suppress(KeyError):
            self._selector.unregister(number)

    def now(self) -> int:
        """Read whoever has said something, without waiting for the next round; answers how many messages came. Where
        reading from one fails, the loop is told and the others are read."""
        messages = 0
        for key, _ in self._selector.select(0):
            try:
                messages += key.data()
            except Exception as error:
                told = {"message": "reading from a connection failed", "exception": error}
                self._loop.call_exception_handler(told)
        return messages

    def close(self) -> None:
        """Read from nobody any more."""
        if self._due is not None:
            self._due.cancel()
        self._loop.remove_reader(self._selector)
        self._selector.close()

    def _watch(self) -> None:
        self._loop.add_reader(self._selector, self._readable)

    def _readable(self) -> None:
        if pause := self._rhythm.pause(self._loop.time()):
            self._loop.remove_reader(self._selector)
            self._due = self._loop.call_later(pause, self._round)
        else:
            self._read()

    def _round(self) -> None:
        """Read whoever has said something; as long as that is worth it, the loop watches nobody in between."""
        self._due = None
        self._read()
        if pause := self._rhythm.pause(self._loop.time()):
            self._due = self._loop.call_later(pause, self._round)
        else:
            self._watch()

    def _read(self) -> None:
        began = self._loop.time()
        self._rhythm.began(began, self.now())
