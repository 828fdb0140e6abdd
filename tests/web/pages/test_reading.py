"""Events folded into the messages of a page without scripts."""

from __future__ import annotations

from typing import Any

from veillee.model.event import Durable
from veillee.web.pages.reading import fold, hue

MINUTE = 60_000


def event(s: int, kind: str, at: int = 0, **data: Any) -> Durable:
    """A durable event of one room."""
    return Durable("accueil", s, kind, at, data)


def message(s: int, u: str, body: str, at: int = 0, **more: Any) -> Durable:
    """A message by the face `u`, who goes by the same name."""
    return event(s, "msg", at, id=f"m{s}", u=u, n=u, b=body, **more)


def test_one_persons_messages_stand_in_one_turn() -> None:
    """Within five minutes and without somebody else in between; an answer begins a turn."""
    lines = fold([
        message(1, "a", "un"), message(2, "a", "deux", MINUTE), message(3, "a", "trois", 7 * MINUTE),
        message(4, "b", "quatre", 7 * MINUTE), message(5, "b", "cinq", 7 * MINUTE, re="m1"),
    ])  # fmt: skip
    assert [line.first for line in lines] == [True, False, True, True, True]
    assert lines[4].answered == "m1"


def test_edits_and_removals_are_applied() -> None:
    """An edit changes the text and says so; a removed message keeps its place and nothing else."""
    lines = fold([
        message(1, "a", "un"), message(2, "a", "deux"), event(3, "edit", id="m1", b="uno"), event(4, "del", id="m2"),
        event(5, "skip"), event(6, "edit", id="gone", b="x"), event(7, "msg", id="m7", gone=True),
    ])  # fmt: skip
    assert [(line.body, line.edited, line.gone, line.nick) for line in lines] == [
        ("uno", True, False, "a"), ("", False, True, ""), ("", False, True, ""),
    ]  # fmt: skip


def test_a_face_keeps_its_hue() -> None:
    """Always the same of eight."""
    assert hue("abc") == hue("abc")
    assert {hue(f"face{n}") for n in range(200)} == set(range(8))
