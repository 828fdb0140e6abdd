"""Text in, commands out; events in, bytes out. One JSON object a line, encoded once for everybody.

Decoding raises `BadFrame` with a short reason in English for the client's developer; the session lives on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from veillee.model.event import Durable, Ephemeral
from veillee.protocol import limits
from veillee.protocol.commands import AnyCommand

_decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_any = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


class BadFrame(Exception):
    """A frame that is none of ours; `request` is its request id where one could be read."""

    def __init__(self, reason: str, request: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.request = request


def decode(frame: bytes) -> AnyCommand:
    """The command in a frame; raises `BadFrame` for anything else."""
    if len(frame) > limits.FRAME_BYTES:
        raise BadFrame(f"a frame may hold {limits.FRAME_BYTES} bytes")
    try:
        frame.decode()  # the decoder does not look into fields that it skips
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(str(error)[:200], _request_of(frame)) from None


def _request_of(frame: bytes) -> int | None:
    try:
        value = _any.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    request = value.get("i") if isinstance(value, dict) else None
    return request if isinstance(request, int) and not isinstance(request, bool) and 0 <= request <= 2**53 else None


def encode(value: Any) -> bytes:
    """One JSON object as UTF-8, without a line end."""
    return _encoder.encode(value)


def lines(payloads: Iterable[bytes]) -> bytes:
    """Several encoded objects in one frame, one a line, in order."""
    return b"\n".join(payloads)


def event(what: Durable | Ephemeral) -> dict[str, Any]:
    """An event as it goes on the wire."""
    if isinstance(what, Ephemeral):
        return {"e": what.kind, "r": what.room, "d": what.data}
    if what.kind == "skip":
        return {"e": "skip", "r": what.room, "s": what.s}
    return {"e": what.kind, "r": what.room, "s": what.s, "t": what.at, "d": what.data}


def ok(request: int, value: Any = None) -> bytes:
    """The answer to a command that worked; commands that answer nothing answer an empty object."""
    return _encoder.encode({"i": request, "ok": {} if value is None else value})


def refusal(request: int | None, error: dict[str, Any]) -> bytes:
    """The answer to a command that was refused; without `i` where none could be read."""
    return _encoder.encode({"err": error} if request is None else {"i": request, "err": error})
