"""One WebSocket connection, over a socket of our own: bytes in through `protocol/frames`, bytes out at once.

What the kernel does not take waits here, in order, and is written when the socket can be written to again; an answer
waits until the next turn of the loop, for the event that follows an author's `ok` as a rule. Beyond `BUFFER_BYTES` the
reader is slow: the link hears no room any more, is told 4002 and resumes from its offsets after reconnecting. After a
close frame nothing is written.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from veillee.gateway.door import Door
from veillee.gateway.framing import websocket_close, websocket_pong, websocket_text
from veillee.gateway.link import Link
from veillee.gateway.sending import BROKEN, send
from veillee.protocol import frames
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.frames import FrameError, FrameReader

LARGEST_MESSAGE = 256 * 1024
"""Beyond this the connection is closed (1009); up to it, an oversized frame is answered with `bad_frame`."""
BUFFER_BYTES = 256 * 1024
"""What may wait for one slow reader, beside what the kernel holds."""
_READ_BYTES = 64 * 1024


class Connection(Link):
    """`open` is the set in which uvicorn finds whom to shut down; the connection is in it from `begin` on."""

    __slots__ = (
        "_answering",
        "_closing",
        "_deaf",
        "_door",
        "_ending",
        "_fd",
        "_loop",
        "_network",
        "_open",
        "_place",
        "_reader",
        "_socket",
        "_waiting",
    )

    def __init__(self, door: Door, open_connections: set[Any], own: socket.socket, token: str | None) -> None:
        super().__init__(door.clock())
        self.token = token
        self._door = door
        self._open = open_connections
        self._loop = asyncio.get_running_loop()
        self._socket = own
        self._fd = own.fileno()
        self._reader = FrameReader(LARGEST_MESSAGE)
        self._deaf = False
        self._waiting = b""
        self._answering = False
        self._network: str | None = None
        self._closing = False
        self._ending = False

    def begin(self, answer: bytes, network: str | None) -> None:
        """Write the answer to the handshake and listen; too many connections from `network` are told 4429."""
        self._socket.setblocking(False)
        self.slot = self._place = self._door.sockets.add(self._fd)
        self._open.add(self)
        self._door.heartbeat.add(self)
        self._door.rounds.add(self._fd, self._readable)
        self._write(answer)
        if self._door.admit(network):
            self._network = network
        else:
            self.close(CloseCode.TOO_MANY_CONNECTIONS)

    def shutdown(self) -> None:
        """uvicorn stops: the client is told to come back and resume."""
        self.close(CloseCode.RESTARTING)

    def frame(self, payload: bytes) -> bytes:
        return websocket_text(payload)

    def put(self, data: bytes) -> None:
        if not self._closing:
            self._write(data)

    def answer(self, payload: bytes) -> None:
        if self._closing:
            return
        if not self._waiting:
            self._answering = True
            self._door.sockets.hold(self._place)
            self._loop.call_soon(self._written)
        self._wait(self.frame(payload), 0)

    def missed(self, data: bytes, took: int) -> None:
        """Somebody wrote to the socket directly, and it took only so much (gateway/sending): the rest waits here."""
        if not self._closing:
            self._wait(data, took)

    def hold_reading(self, hold: bool) -> None:
        if self._closing or self._socket.fileno() < 0:
            return
        if hold:
            self._door.rounds.discard(self._fd)
        else:
            self._door.rounds.add(self._fd, self._readable)

    def close(self, code: CloseCode) -> None:
        if not self._closing:
            self._door.closes[int(code)] += 1
        self._close(int(code), code.name.lower())

    def abort(self) -> None:
        self._lose()

    def _readable(self) -> int:
        """Read once; answers how many messages came."""
        messages = 0
        try:
            data = self._socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return messages
        except OSError:
            data = b""
        if not data:
            self._lose()
            return messages
        try:
            for opcode, payload in () if self._deaf else self._reader.feed(data):
                messages += self._take(opcode, payload)
        except FrameError as error:
            self._close(error.code, error.reason)
            self._finish()
        return messages

    def _take(self, opcode: int, payload: bytes) -> bool:
        """Whether it was a message."""
        if opcode == frames.CLOSE:
            self._close(frames.answer_to_close(payload), "")
            self._finish()
        elif self._closing:
            return False
        elif opcode == frames.PING:
            self.heard_at = self._door.clock()
            self._write(websocket_pong(payload))
        elif opcode == frames.PONG:
            self.heard_at = self._door.clock()
        else:
            return self._door.dispatch.receive(self, payload)
        return False

    def _close(self, code: int, reason: str) -> None:
        if self._closing:
            return
        self._closing = True
        self._write(websocket_close(code, reason))
        if self._socket.fileno() < 0:
            return  # it broke just now
        self._door.sockets.hold(self._place)
        self._door.heartbeat.closing(self)
        self._door.dispatch.lost(self)
        self._door.rounds.add(self._fd, self._readable)  # or the answering close frame would never be read

    def _finish(self) -> None:
        """Nothing more is heard or said: once what waits is written the client is told so, and closes its side."""
        self._deaf = self._ending = True
        if not self._waiting:
            try:
                self._socket.shutdown(socket.SHUT_WR)
            except OSError:
                self._lose()

    def _write(self, data: bytes) -> None:
        if self._waiting:
            self._wait(data, 0)
        elif (took := send(self._fd, data)) != len(data):
            self._wait(data, took)

    def _wait(self, data: bytes, took: int) -> None:
        if took == BROKEN:
            self._lose()
            return
        if not self._waiting and not self._answering:
            self._door.sockets.hold(self._place)
            self._loop.add_writer(self._fd, self._writable)
        self._waiting += data[took:]
        if len(self._waiting) > BUFFER_BYTES and not self._closing:
            self._door.slow_readers += 1
            self.close(CloseCode.SLOW_CONSUMER)

    def _written(self) -> None:
        """What was to follow the answers has followed: write it all."""
        self._answering = False
        if self._waiting and self._write_out() and self._waiting:
            self._loop.add_writer(self._fd, self._writable)

    def _writable(self) -> None:
        if self._write_out() and not self._waiting:
            self._loop.remove_writer(self._fd)

    def _write_out(self) -> bool:
        """Write what waits, as far as it goes; False if the connection broke."""
        took = send(self._fd, self._waiting)
        if took == BROKEN:
            self._lose()
            return False
        self._waiting = self._waiting[took:]
        if self._waiting:
            return True
        if self._ending:
            self._finish()
        elif not self._closing:
            self._door.sockets.resume(self._place, self._fd)
        return True

    def _lose(self) -> None:
        """The connection is gone: nobody may reach its descriptor any more before it is closed."""
        if self._socket.fileno() < 0:
            return
        self._closing = True
        self._waiting = b""
        self._door.sockets.hold(self._place)
        self._door.rounds.discard(self._fd)
        self._loop.remove_writer(self._fd)
        self._open.discard(self)
        self._door.heartbeat.discard(self)
        self._door.release(self._network)
        self._network = None
        self._door.dispatch.lost(self)
        self._door.sockets.discard(self._place)
        self._socket.close()
