"""A sanction restricts between its start and its end, unless it was lifted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from veillee.model.sanction import Sanction, SanctionKind

MUTE = Sanction("01", SanctionKind.MUTE, "device", "guest", "cafe", "respect", 1_000, 2_000)


@pytest.mark.parametrize(("now", "active"), [(999, False), (1_000, True), (1_999, True), (2_000, False)])
def test_it_has_a_start_and_an_end(now: int, active: bool) -> None:
    """The end itself is free again."""
    assert MUTE.active(now) is active


def test_lifting_ends_it() -> None:
    """A lifted sanction restricts no more, whatever its end."""
    assert not replace(MUTE, lifted_at=1_500).active(1_600)


def test_a_warning_restricts_nothing() -> None:
    """Without an end there is nothing that could last."""
    assert not replace(MUTE, kind=SanctionKind.WARN, ends_at=None).active(1_500)
