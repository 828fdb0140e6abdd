"""Two texts line by line."""

from __future__ import annotations

from veillee.web.console.differences import Line, between, marked


def test_what_went_what_came_what_stayed() -> None:
    """In the order in which it stands; without difflib's own marks."""
    assert between("a\nb\nc\n", "a\nx\nc\n") == [
        Line("same", "a"),
        Line("gone", "b"),
        Line("new", "x"),
        Line("same", "c"),
    ]
    assert between("", "") == []


def test_what_was_found_is_marked() -> None:
    """In pieces that are the text again when joined."""
    pieces = marked("je vends des figues", ((3, 8), (13, 19)))
    assert pieces == [(False, "je "), (True, "vends"), (False, " des "), (True, "figues")]
    assert marked("rien", ()) == [(False, "rien")]
