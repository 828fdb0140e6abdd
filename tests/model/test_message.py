"""Where a message can stand."""

from __future__ import annotations

from veillee.model.message import Appended, State


def test_only_published_messages_are_seen() -> None:
    """The states of a message are these four."""
    assert {state.value for state in State} == {"published", "held", "refused", "removed"}


def test_an_answer_is_no_duplicate_unless_said() -> None:
    """A fresh append says nothing of a duplicate."""
    assert not Appended("01", 1, 0, State.PUBLISHED, "digest").duplicate
