"""Bytes of the two transports."""

from __future__ import annotations

import json

import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from veillee.gateway.framing import server_sent, websocket_text


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_a_text_frame_is_what_rfc_6455_says(size: int) -> None:
    """Another implementation reads the same payload back, at every length that changes the header."""
    payload = b"x" * size
    reader = StreamReader()
    reader.feed_data(websocket_text(payload))
    parsing = Frame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    frame = done.value.value
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Opcode.TEXT, True, payload)


def test_a_server_sent_event_keeps_its_lines() -> None:
    """Several events of one frame are several data lines of one event, each still one JSON object."""
    framed = server_sent(b'{"a":1}\n{"b":2}')
    assert framed.endswith(b"\n\n")
    lines = framed.decode().strip().split("\n")
    assert [json.loads(line.removeprefix("data: ")) for line in lines] == [{"a": 1}, {"b": 2}]
