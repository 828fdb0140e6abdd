"""Text in, commands out; events in, bytes out."""

from __future__ import annotations

import json

import pytest

from veillee.model.event import PERSONAL, Durable, Ephemeral
from veillee.protocol import codec, limits
from veillee.protocol.codec import BadFrame


@pytest.mark.parametrize(
    ("frame", "request_id"),
    [
        (b"", None), (b"\xff\xfe", None), (b"null", None), (b"[]", None), (b'{"i":1}', 1), (b'{"i":2,"c":"dance"}', 2),
        (b'{"i":true,"c":"dance"}', None), (b'{"i":-4,"c":"ping"}', None), (b'{"c":"ping"}', None),
        (b"[" * 16_000, None), (b'{"i":3,"c":"ping"}' + b" " * limits.FRAME_BYTES, None),
    ],
)  # fmt: skip
def test_what_is_no_command_is_a_bad_frame(frame: bytes, request_id: int | None) -> None:
    """Whatever arrives, the only error is BadFrame, with the request id where one could be read."""
    with pytest.raises(BadFrame) as bad:
        codec.decode(frame)
    assert bad.value.request == request_id
    assert len(bad.value.reason) <= 200


def test_durable_events_have_room_and_offset() -> None:
    """PROTOCOL §1: `{"e":"msg","r":…,"s":…,"t":…,"d":…}`."""
    event = Durable("cafe", 1043, "msg", 17, {"id": "01", "u": "x", "n": "Lune42", "b": "Bonsoir"}, "device")
    assert codec.event(event) == {"e": "msg", "r": "cafe", "s": 1043, "t": 17, "d": event.data}


def test_a_skip_says_nothing_but_its_offset() -> None:
    """No gap betrays a block, and neither does what stands in the gap."""
    assert codec.event(Durable("cafe", 9, "skip", 17, {"id": "01"}, "device")) == {"e": "skip", "r": "cafe", "s": 9}


def test_ephemeral_events_have_no_offset() -> None:
    """Typing, counts and the like are never replayed."""
    assert codec.event(Ephemeral("cafe", "typing", {"u": "x"})) == {"e": "typing", "r": "cafe", "d": {"u": "x"}}


def test_the_author_s_device_never_goes_out() -> None:
    """What blocks hold on to is nobody's business."""
    encoded = codec.encode(codec.event(Durable(PERSONAL, 1, "card", 0, {"card": "x"}, "device-77", to="guest-1")))
    assert b"device-77" not in encoded
    assert b"guest-1" not in encoded


def test_answers_carry_the_request() -> None:
    """`ok` is an object even where there is nothing to say; a refusal without a request has no `i`."""
    assert json.loads(codec.ok(3)) == {"i": 3, "ok": {}}
    assert json.loads(codec.refusal(None, {"c": "bad_frame"})) == {"err": {"c": "bad_frame"}}
    assert json.loads(codec.refusal(4, {"c": "muted"})) == {"i": 4, "err": {"c": "muted"}}


def test_several_objects_travel_a_line_each() -> None:
    """No encoded object holds a line end of its own."""
    payloads = [codec.encode({"b": "un\ndeux"}), codec.ok(1)]
    assert [json.loads(line) for line in codec.lines(payloads).split(b"\n")] == [{"b": "un\ndeux"}, {"i": 1, "ok": {}}]
