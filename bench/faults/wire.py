"""A cable to a server that can be cut: a relay in a thread of its own, for whoever may not make a network namespace."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from types import TracebackType

Target = str | tuple[str, int]


class Wire:
    """Relays `host:port` to `target`, a Unix socket's path or an address. While cut, nothing arrives in either
    direction and nobody is told, as on a cable that was pulled out; what was on its way arrives when it is mended."""

    def __init__(self, target: Target, host: str = "127.0.0.1") -> None:
        self._target = target
        self._host = host
        self._loop = asyncio.new_event_loop()
        self._whole = asyncio.Event()
        self._whole.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self.port = 0

    def __enter__(self) -> Wire:
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def cut(self) -> None:
        """From now on nothing arrives."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        """As before the cut."""
        self._loop.call_soon_threadsafe(self._whole.set)

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._taken, self._host, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _end(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(OSError, asyncio.CancelledError), contextlib.closing(writer):
            await self._whole.wait()
            if isinstance(self._target, str):
                far_reader, far_writer = await asyncio.open_unix_connection(self._target)
            else:
                far_reader, far_writer = await asyncio.open_connection(*self._target)
            with contextlib.closing(far_writer):
                ways = [
                    asyncio.ensure_future(self._pass_on(*ends))
                    for ends in ((reader, far_writer), (far_reader, writer))
                ]  # fmt: skip
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()
                    await asyncio.gather(*ways, return_exceptions=True)

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            await self._whole.wait()
            target.write(data)
            await target.drain()
