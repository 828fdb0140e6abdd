"""One authenticated conversation on a connection, as a pure state machine: bytes in, decisions out.

No socket, no clock: `receive` takes a frame and the time, and answers what to do with it. The order of checks is
frame, session, pace; everything after that is for the rooms above.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from veillee.model.errors import Code
from veillee.protocol import limits
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.codec import BadFrame, decode
from veillee.protocol.commands import AnyCommand, Hello

PROTOCOL_VERSION = 1


class Phase(Enum):
    """Where the conversation stands."""

    GREETING = "greeting"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reject:
    """Answer this error and go on; with `close`, end the connection after it."""

    code: Code
    request: int | None
    reason: str = ""
    close: CloseCode | None = None


class Session:
    """The state of one conversation.

    `receive` in phase GREETING accepts only `hello`; `opened` moves to OPEN. A bad frame is answered and counted,
    the tenth closes. More than `limits.COMMANDS_A_SECOND` sustained closes with 4008.
    """

    __slots__ = ("_allowance", "_bad", "_last", "phase")

    def __init__(self, now_ms: int) -> None:
        self.phase = Phase.GREETING
        self._bad = 0
        self._allowance = float(limits.COMMANDS_A_SECOND * 5)
        self._last = now_ms

    def receive(self, frame: bytes, now_ms: int) -> AnyCommand | Reject:
        """The command to carry out, or the refusal to answer."""
        too_fast = self._pace(now_ms)
        try:
            command = decode(frame)
        except BadFrame as bad:
            self._bad += 1
            close = CloseCode.BAD_FRAMES if self._bad >= limits.BAD_FRAMES else None
            return Reject(Code.BAD_FRAME, bad.request, bad.reason, close)
        if too_fast:
            return Reject(Code.RATE_LIMITED, command.i, close=CloseCode.TOO_FAST)
        if self.phase is Phase.GREETING and not isinstance(command, Hello):
            return Reject(Code.UNAUTHENTICATED, command.i, "say hello first")
        if self.phase is Phase.OPEN and isinstance(command, Hello):
            return Reject(Code.BAD_FRAME, command.i, "hello was said already")
        if isinstance(command, Hello) and command.v != PROTOCOL_VERSION:
            return Reject(Code.BAD_FRAME, command.i, "this server speaks v 1", CloseCode.PROTOCOL_UPGRADED)
        return command

    def opened(self) -> None:
        """`hello` was accepted; a connection that ended meanwhile stays closed."""
        if self.phase is Phase.GREETING:
            self.phase = Phase.OPEN

    def closed(self) -> None:
        """The connection is over; nothing it still delivers counts."""
        self.phase = Phase.CLOSED

    def _pace(self, now_ms: int) -> bool:
        elapsed = max(0, now_ms - self._last) / 1000
        self._last = now_ms  # set back with the clock: nobody waits for the time that was taken away
        burst = float(limits.COMMANDS_A_SECOND * 5)
        self._allowance = min(burst, self._allowance + elapsed * limits.COMMANDS_A_SECOND)
        if self._allowance < 1:
            return True
        self._allowance -= 1
        return False
