"""Refusals carry what a door needs to word them, and nothing about the person."""

from __future__ import annotations

from veillee.model.errors import Code, Refused


def test_a_refusal_shows_only_its_code() -> None:
    """What may be logged of a refusal is its code: neither the secret nor the parameters are in its text."""
    refused = Refused(Code.MUTED, retry=3.0, case="7F3K-21AB", secret="SECRET", r="respect", h="12:00")
    assert str(refused) == "muted"
    assert "SECRET" not in repr(refused)
    assert (refused.retry, refused.case, refused.params) == (3.0, "7F3K-21AB", {"r": "respect", "h": "12:00"})
