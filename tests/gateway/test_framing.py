"""Bytes of the two transports."""

from __future__ import annotations

import json
from typing import cast

import pytest
from websockets.frames import Close, Frame, Opcode
from websockets.streams import StreamReader

from veillee.gateway.framing import server_sent, websocket_close, websocket_pong, websocket_text


def parsed(data: bytes) -> Frame:
    """The one frame in these bytes, read by another implementation."""
    reader = StreamReader()
    reader.feed_data(data)
    parsing = Frame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    return cast(Frame, done.value.value)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_a_text_frame_is_what_rfc_6455_says(size: int) -> None:
    """Another implementation reads the same payload back, at every length that changes the header."""
    payload = b"x" * size
    frame = parsed(websocket_text(payload))
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Opcode.TEXT, True, payload)


def test_a_server_sent_event_keeps_its_lines() -> None:
    """Several events of one frame are several data lines of one event, each still one JSON object."""
    framed = server_sent(b'{"a":1}\n{"b":2}')
    assert framed.endswith(b"\n\n")
    lines = framed.decode().strip().split("\n")
    assert [json.loads(line.removeprefix("data: ")) for line in lines] == [{"a": 1}, {"b": 2}]


def test_control_frames_are_what_rfc_6455_says() -> None:
    """A pong with its payload; a close with its code and a reason that is cut, or with neither."""
    pong, close, bare = (
        parsed(websocket_pong(b"hey")),
        parsed(websocket_close(4002, "x" * 200)),
        websocket_close(1005, ""),
    )
    assert (pong.opcode, bytes(pong.data)) == (Opcode.PONG, b"hey")
    assert Close.parse(close.data) == Close(4002, "x" * 123)
    assert (parsed(bare).opcode, bytes(parsed(bare).data)) == (Opcode.CLOSE, b"")
