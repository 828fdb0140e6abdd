"""Every limit of the wire, with its unit. What is beyond one is refused by name, never cut silently."""

from __future__ import annotations

FRAME_BYTES = 16 * 1024
"""A frame from the client, at most."""
BODY_CHARACTERS = 4_000
"""A message; also `max` in the answer to `hello`."""
NOTE_CHARACTERS = 500
"""The note of a report."""
APPEAL_CHARACTERS = 2_000
KEY_CHARACTERS = 64
"""An idempotency key."""
PSEUDONYM_CHARACTERS = (2, 24)
ROOMS_A_SESSION = 20
HISTORY_EVENTS = 100
FIRST_EVENTS = 50
"""Events that come with `join`, and after a `gap`."""
REPLAY_EVENTS = 500
"""What a client missed is replayed up to here; beyond it the answer is `gap`."""
HEARTBEAT_SECONDS = 25
HELLO_SECONDS = 10
EDIT_SECONDS = 600
BAD_FRAMES = 10
"""Bad frames in one connection before it is closed with 4400."""
PENDING_COMMANDS = 64
"""Commands of one connection waiting their turn; beyond it, reading stops until they are done."""
COMMANDS_A_SECOND = 20
"""Sustained commands of one connection; a burst of five seconds' worth is fine, beyond it 4008."""
TABS_A_GUEST = 8
CONNECTIONS_AN_ADDRESS = 4_000
"""Connections from one address at once: a school or a mobile operator shares one."""
