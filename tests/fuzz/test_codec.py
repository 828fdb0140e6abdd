"""Whatever bytes arrive, decoding gives a command or `BadFrame`, and nothing else."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given

from tests.fuzz.frames import confused, dump, frames, well_formed
from veillee.protocol import limits
from veillee.protocol.codec import BadFrame, decode
from veillee.protocol.commands import Command


def attempt(frame: bytes) -> Command | BadFrame:
    """What decoding gives, the refusal as a value."""
    try:
        return decode(frame)
    except BadFrame as bad:
        return bad


@given(frames)
def test_any_bytes_are_a_command_or_a_bad_frame(frame: bytes) -> None:
    """No other exception escapes, and the reason is short."""
    outcome = attempt(frame)
    if isinstance(outcome, BadFrame):
        assert 0 < len(outcome.reason) <= 200
        assert outcome.request is None or 0 <= outcome.request <= 2**53
    else:
        assert len(frame) <= limits.FRAME_BYTES


@given(well_formed)
def test_a_command_survives_its_round_trip(thing: dict[str, object]) -> None:
    """What was decoded and is encoded again decodes to the same command: nothing is guessed on the way."""
    command = attempt(dump(thing))
    if isinstance(command, Command):
        assert decode(msgspec.json.encode(command)) == command


@given(confused | well_formed)
def test_the_request_id_comes_back_where_it_can_be_read(thing: dict[str, object]) -> None:
    """Whatever else is wrong with an object, its usable `i` comes back with the answer."""
    try:
        frame = json.dumps(thing, allow_nan=False, ensure_ascii=False).encode()
    except ValueError:
        return  # NaN, infinity, half an emoji: not JSON, so nothing can be read
    request = thing.get("i")
    outcome = attempt(frame)
    if type(request) is int and 0 <= request <= 2**53 and len(frame) <= limits.FRAME_BYTES:
        assert (outcome.request if isinstance(outcome, BadFrame) else outcome.i) == request


@pytest.mark.parametrize(
    "frame",
    [
        b"", b"{}", b"null", b"[]", b"1", b'"ping"', b'{"c":"ping"}', b'{"i":1}', b'{"i":1,"c":"dance"}',
        b'{"i":-1,"c":"ping"}',
        b'{"i":true,"c":"ping"}', b'{"i":"1","c":"ping"}', b'{"i":1.5,"c":"ping"}',
        b'{"i":1,"c":"send","r":"cafe","k":"a"}',
        b'{"i":1,"c":"send","r":"cafe","k":"","b":"x"}', b'{"i":1,"c":"send","r":7,"k":"a","b":"x"}',
        b'{"i":1,"c":"send","r":"cafe","k":"a","b":null}', b'{"i":1,"c":"hist","r":"cafe","limit":101}',
        b'{"i":1,"c":"hello","v":"1"}', b'{"i":1,"c":"ping"}{"i":2,"c":"ping"}', b"\xff\xfe",
        b'{"i":1,"c":"nick","n":"\xc3"}',
        b'{"i":1,"c":"send","r":"cafe","k":"a","b":"\\ud800"}', b"[" * 16_000,
        b'{"i":1,"c":"ping","x":"' + b"a" * 16_384 + b'"}',
    ],
    ids=lambda frame: repr(frame[:40]),
)  # fmt: skip
def test_these_are_no_commands(frame: bytes) -> None:
    """Empty, not an object, no id, unknown command, wrong types, too long, two in one, invalid UTF-8, half an emoji."""
    with pytest.raises(BadFrame):
        decode(frame)
