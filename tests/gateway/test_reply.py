"""What a handler answers."""

from __future__ import annotations

from veillee.gateway.reply import NOTHING, SILENT, Dismissed
from veillee.model.errors import Code, Refused
from veillee.protocol.close_codes import CloseCode


def test_nothing_is_answered_and_silence_is_not() -> None:
    """`leave` answers an empty `ok`, `typing` answers nothing at all."""
    assert (NOTHING.value, NOTHING.silent) == (None, False)
    assert SILENT.silent


def test_a_dismissal_carries_refusal_code_and_reason() -> None:
    """Its text is the code alone: it may end up in a log."""
    dismissed = Dismissed(Refused(Code.SUSPENDED), CloseCode.SUSPENDED, {"code": "SECRET"})
    assert str(dismissed) == "suspended"
    assert (dismissed.close, dismissed.bye) == (CloseCode.SUSPENDED, {"code": "SECRET"})
