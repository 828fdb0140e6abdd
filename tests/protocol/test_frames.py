"""What a WebSocket client sends, frame by frame, beside what `websockets` makes of the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame as Theirs
from websockets.frames import Opcode

from veillee.protocol.frames import (
    BINARY,
    CLOSE,
    NO_STATUS,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    FrameError,
    FrameReader,
    answer_to_close,
    unmasked,
)

LARGEST = 70_000


def client(opcode: int, payload: bytes, *, fin: bool = True) -> bytes:
    """A client's frame as another implementation writes it, under a random mask."""
    return Theirs(Opcode(opcode), payload, fin).serialize(mask=True)


def read(*chunks: bytes) -> list[tuple[int, bytes]]:
    """Everything that comes out of these chunks."""
    reader = FrameReader(LARGEST)
    return [frame for chunk in chunks for frame in reader.feed(chunk)]


def until_fault(data: bytes) -> tuple[list[tuple[int, bytes]], int | None]:
    """What comes out before the client breaks the protocol, and the code that it is told."""
    frames = FrameReader(LARGEST).feed(data)
    got: list[tuple[int, bytes]] = []
    try:
        got.extend(frames)
    except FrameError as fault:
        return got, fault.code
    return got, None


@pytest.mark.parametrize("size", [0, 1, 3, 4, 125, 126, 127, 65_535, 65_536])
def test_a_frame_comes_out_as_it_was_meant(size: int) -> None:
    """At every length that changes the header."""
    payload = bytes(n % 251 for n in range(size))
    assert read(client(TEXT, payload)) == [(TEXT, payload)]


@given(st.lists(st.tuples(st.sampled_from([TEXT, BINARY, PING, PONG]), st.binary(max_size=125)), max_size=6), st.data())
def test_it_does_not_matter_where_the_network_cuts(frames: list[tuple[int, bytes]], data: st.DataObject) -> None:
    """Any frames in any pieces are the same frames."""
    whole = b"".join(client(opcode, payload) for opcode, payload in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert read(*pieces) == frames


def test_fragments_are_one_message_and_control_frames_come_between() -> None:
    """RFC 6455 §5.4."""
    parts = [client(TEXT, b"one ", fin=False), client(PING, b"!"), client(0, b"", fin=False), client(0, b"two")]
    assert read(*parts) == [(PING, b"!"), (TEXT, b"one two")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x02hi", PROTOCOL_ERROR),
        (b"\xc1\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\x83\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\x8b\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\x09\x80\0\0\0\0", PROTOCOL_ERROR),
        (b"\x89\xfe\x00\x7e\0\0\0\0", PROTOCOL_ERROR),
        (b"\x80\x80\0\0\0\0", PROTOCOL_ERROR),
        (client(TEXT, b"", fin=False) + client(TEXT, b""), PROTOCOL_ERROR),
        (b"\x81\xff" + (LARGEST + 1).to_bytes(8, "big"), TOO_BIG),
        (client(TEXT, b"x" * LARGEST, fin=False) + b"\x80\x81", TOO_BIG),
    ],
    ids=["unmasked", "reserved bit", "reserved opcode", "reserved control", "control in parts", "long control",
         "nothing to continue", "two at once", "too big", "too big in parts"],
)  # fmt: skip
def test_whoever_breaks_the_protocol_is_told_with_which_code(data: bytes, code: int) -> None:
    """By the header alone, before the payload is there; what came before the fault still counts."""
    got, fault = until_fault(client(PING, b"before") + data)
    assert (fault, got) == (code, [(PING, b"before")])


@given(st.binary(max_size=200))
def test_noise_is_a_frame_or_a_fault(noise: bytes) -> None:
    """Nothing else comes out, whatever goes in."""
    got, fault = until_fault(noise)
    assert fault in (None, PROTOCOL_ERROR, TOO_BIG)
    assert all(opcode in (TEXT, BINARY, CLOSE, PING, PONG) for opcode, _ in got)


@given(st.binary(min_size=4, max_size=4), st.binary(max_size=300))
def test_a_mask_is_its_own_inverse(mask: bytes, payload: bytes) -> None:
    """RFC 6455 §5.3, byte by byte."""
    hidden = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    assert unmasked(mask, hidden) == payload


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", NO_STATUS),
        (b"\x03\xe8bye", 1000),
        (b"\x0f\xa2", 4002),
        (b"\x03", 1002),
        (b"\x03\xed", 1002),
        (b"\0\1", 1002),
    ],
)
def test_a_close_is_answered_with_a_code_that_may_be_sent(payload: bytes, code: int) -> None:
    """Its own where it is one."""
    assert answer_to_close(payload) == code
