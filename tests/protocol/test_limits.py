"""The limits agree with each other and with the contract."""

from __future__ import annotations

from veillee.protocol import limits


def test_the_contract_s_limits() -> None:
    """PROTOCOL §1: 16 KiB a frame, 50 events with join, hist up to 100, edit for ten minutes, hello in ten seconds."""
    assert limits.FRAME_BYTES == 16 * 1024
    assert (limits.FIRST_EVENTS, limits.HISTORY_EVENTS) == (50, 100)
    assert (limits.EDIT_SECONDS, limits.HELLO_SECONDS, limits.HEARTBEAT_SECONDS) == (600, 10, 25)
    assert limits.PSEUDONYM_CHARACTERS == (2, 24)


def test_a_message_fits_in_a_frame() -> None:
    """The longest message of the widest characters, with its command around it."""
    assert limits.BODY_CHARACTERS * 4 < limits.FRAME_BYTES
