"""The state of one conversation."""

from __future__ import annotations

import pytest

from tests.gateway.links import Kept
from veillee.model.errors import Code, Refused


def test_a_link_knows_nobody_before_hello() -> None:
    """`known` raises `unauthenticated`."""
    with pytest.raises(Refused) as refused:
        Kept().known()
    assert refused.value.code is Code.UNAUTHENTICATED
    assert Kept("Lune").known().pseudonym == "Lune"


def test_a_link_that_is_over_stays_over() -> None:
    """A hello that ends after its connection does not bring it back."""
    link = Kept()
    link.session.closed()
    link.session.opened()
    assert link.over


def test_an_event_for_one_link_names_a_room() -> None:
    """`@me` unless said otherwise."""
    link = Kept("Lune")
    link.event("bye", {"c": "maintenance"})
    assert link.events() == [{"e": "bye", "r": "@me", "d": {"c": "maintenance"}}]
