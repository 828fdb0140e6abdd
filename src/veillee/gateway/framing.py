"""From encoded JSON to the bytes of a transport, once per transport however many people listen.

WebSocket text frames after RFC 6455 §5.2 (server to client: unmasked, unfragmented); server-sent events after the
WHATWG HTML standard §9.2.6.
"""

from __future__ import annotations

import struct


def websocket_text(payload: bytes) -> bytes:
    """One text frame."""
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes((size,)) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


def websocket_pong(payload: bytes) -> bytes:
    """The answer to a ping (RFC 6455 §5.5.3): 125 bytes at most, as those of a control frame are."""
    return bytes((0x8A, len(payload))) + payload


def websocket_close(code: int, reason: str) -> bytes:
    """A close frame with a code and a short reason; 1005 stands for a frame without either (§7.1.5)."""
    if code == 1005:
        return b"\x88\x00"
    body = struct.pack("!H", code) + reason.encode()[:123]
    return bytes((0x88, len(body))) + body


def server_sent(payload: bytes) -> bytes:
    """One event of an event stream; a payload of several lines becomes several data lines of one event."""
    return b"data: " + payload.replace(b"\n", b"\ndata: ") + b"\n\n"
