"""How the process itself feels: how late the event loop is, how long the garbage collector stops it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

from veillee.model.histogram import JUDGING_S, WAITING_S, Histogram

EVERY_S = 1.0
"""Between two looks at the loop: where little is said, waking up is most of what a process costs."""


class Vitals:
    """`lateness`: seconds by which the loop was late for an appointment. `pauses`: seconds of each collection, by
    generation. `seconds` is a steady clock."""

    def __init__(self, seconds: Callable[[], float] = time.perf_counter) -> None:
        self.lateness = Histogram(WAITING_S)
        self.pauses = {generation: Histogram((*JUDGING_S, 0.1, 0.2, 0.5)) for generation in range(3)}
        self._seconds = seconds
        self._started = 0.0

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the running loop and the collector inside this block."""
        loop = asyncio.get_running_loop()
        handle: asyncio.TimerHandle

        def look(due: float) -> None:
            nonlocal handle
            self.lateness.observe(max(0.0, loop.time() - due))
            following = loop.time() + EVERY_S
            handle = loop.call_at(following, look, following)

        first = loop.time() + EVERY_S
        handle = loop.call_at(first, look, first)
        gc.callbacks.append(self.collected)
        try:
            yield
        finally:
            gc.callbacks.remove(self.collected)
            handle.cancel()

    def collected(self, phase: str, info: dict[str, Any]) -> None:
        """As `gc.callbacks` calls it: `phase` is start or stop."""
        if phase == "start":
            self._started = self._seconds()
        else:
            self.pauses[info["generation"]].observe(self._seconds() - self._started)
