"""Close codes as API: a client knows from the number alone whether and how to come back.

40xx reconnect and resume · 41xx reconnect afresh · 44xx stop.
"""

from __future__ import annotations

from enum import IntEnum


class CloseCode(IntEnum):
    """Why the server ended a connection."""

    RESTARTING = 4001
    SLOW_CONSUMER = 4002
    NO_PONG = 4003
    TOO_FAST = 4008
    SESSION_UNKNOWN = 4100
    PROTOCOL_UPGRADED = 4101
    BAD_FRAMES = 4400
    NO_HELLO = 4401
    SUSPENDED = 4403
    TOO_MANY_TABS = 4409
    TOO_MANY_CONNECTIONS = 4429

    @property
    def resumable(self) -> bool:
        """The client should reconnect and resume from its offsets."""
        return self < 4100

    @property
    def final(self) -> bool:
        """The client should not come back by itself."""
        return self >= 4400
