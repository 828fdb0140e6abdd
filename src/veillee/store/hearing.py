"""Telling listeners what was committed: after whoever waited for it, everything of one turn of the loop at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from veillee.store.port import Emitted, Listener

log = structlog.get_logger("store")


class Hearing:
    """Create it in the running event loop, and call it in that loop's thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._listeners: list[Listener] = []
        self._untold: list[Emitted] = []

    def add(self, listener: Listener) -> None:
        """Tell this listener from now on."""
        self._listeners.append(listener)

    def tell(self, events: Sequence[Emitted]) -> None:
        """Tell everybody of these events one turn later, in the order of the calls, the busier the more at once. A
        listener that raises is logged; the others still hear."""
        if events:
            if not self._untold:
                self._loop.call_soon(self._tell)
            self._untold.extend(events)

    def _tell(self) -> None:
        events, self._untold = self._untold, []
        for listener in self._listeners:
            try:
                listener(events)
            except Exception:
                log.exception("a listener failed")
