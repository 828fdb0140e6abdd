"""What a WebSocket client sends, as a pure state machine: bytes in, messages and control frames out (RFC 6455 §5).

No socket and no extension: the handshake agrees on none. Whoever breaks the protocol gets a `FrameError` with the
close code of RFC 6455 §7.4.1, after everything that came before the fault.
"""

from __future__ import annotations

from collections.abc import Iterator

TEXT = 0x1
BINARY = 0x2
CLOSE = 0x8
PING = 0x9
PONG = 0xA
PROTOCOL_ERROR = 1002
NO_STATUS = 1005
TOO_BIG = 1009

_CONTINUATION = 0x0
_FIN = 0x80
_MASKED = 0x80
_CONTROL = 0x8
_NEVER_SENT = frozenset((1004, NO_STATUS, 1006, 1015))
_KNOWN = frozenset((_CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG))

Frame = tuple[int, bytes]
"""An opcode and its payload, unmasked: a whole message (TEXT, BINARY), or a control frame."""


class FrameError(Exception):
    """The client breaks the protocol; the connection is to be closed with `code`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class FrameReader:
    """Takes the bytes of one connection as they come. `largest` bounds a message in bytes, fragments together."""

    __slots__ = ("_largest", "_opcode", "_parts", "_rest")

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._rest = b""
        self._opcode = 0
        self._parts: bytearray | None = None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """What is complete by now, in order. Raises `FrameError` in its place; nothing may be fed after that."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        start, end = 0, len(data)
        while end - start >= 2:
            first, second = data[start], data[start + 1]
            size, at = second & 0x7F, start + 2
            if size == 126:
                if end - at < 2:
                    break
                size, at = int.from_bytes(data[at : at + 2], "big"), at + 2
            elif size == 127:
                if end - at < 8:
                    break
                size, at = int.from_bytes(data[at : at + 8], "big"), at + 8
            opcode = first & 0x0F
            self._check(first, second, opcode, size)
            if end - at < 4 + size:
                break
            payload = unmasked(data[at : at + 4], data[at + 4 : at + 4 + size])
            start = at + 4 + size
            if opcode & _CONTROL or (self._parts is None and first & _FIN):
                yield opcode, payload
            elif (message := self._piece(first, opcode, payload)) is not None:
                yield message
        self._rest = data[start:] if start < end else b""

    def _check(self, first: int, second: int, opcode: int, size: int) -> None:
        """Everything that a header can be wrong about: asked before the payload is there, so that nothing piles up."""
        if first & 0x70:
            raise FrameError(PROTOCOL_ERROR, "reserved bits must be 0")
        if not second & _MASKED:
            raise FrameError(PROTOCOL_ERROR, "frames of a client are masked")
        if opcode & _CONTROL:
            if opcode not in _KNOWN:
                raise FrameError(PROTOCOL_ERROR, "unknown opcode")
            if not first & _FIN or size > 125:
                raise FrameError(PROTOCOL_ERROR, "a control frame is short and whole")
        elif opcode not in _KNOWN:
            raise FrameError(PROTOCOL_ERROR, "unknown opcode")
        elif (opcode == _CONTINUATION) is (self._parts is None):
            raise FrameError(PROTOCOL_ERROR, "a fragment out of order")
        elif size + len(self._parts or b"") > self._largest:
            raise FrameError(TOO_BIG, "message too big")

    def _piece(self, first: int, opcode: int, payload: bytes) -> Frame | None:
        if self._parts is None:
            self._opcode, self._parts = opcode, bytearray()
        self._parts += payload
        if not first & _FIN:
            return None
        message, self._parts = bytes(self._parts), None
        return self._opcode, message


def answer_to_close(payload: bytes) -> int:
    """The code to answer a close frame with: its own, `NO_STATUS` for none, 1002 for one that nobody may send
    (RFC 6455 §7.4)."""
    if not payload:
        return NO_STATUS
    code = int.from_bytes(payload[:2], "big")
    return code if len(payload) >= 2 and 1000 <= code < 5000 and code not in _NEVER_SENT else PROTOCOL_ERROR


def unmasked(mask: bytes, payload: bytes) -> bytes:
    """The payload under its four-byte mask (RFC 6455 §5.3), as one exclusive or of two long numbers."""
    size = len(payload)
    if not any(mask):
        return payload
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(key, "little")).to_bytes(size, "little")
