"""A room's conversation as a page without scripts shows it: events folded into messages, in turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from veillee.model.clock import MINUTE
from veillee.model.event import Durable

TURN = 5 * MINUTE
"""Messages of one author within this time stand together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `first` begins a turn; `gone` is a message that was removed, by whom is not said here."""

    id: str
    s: int
    at: int
    nick: str
    face: str
    body: str
    answered: str | None
    edited: bool
    gone: bool
    first: bool


def fold(events: Sequence[Durable]) -> list[Line]:
    """Messages out of durable events, ascending; edits and removals applied to those that are there."""
    lines: dict[str, Line] = {}
    for event in events:
        identifier = str(event.data.get("id", ""))
        known = lines.get(identifier)
        if event.kind == "msg":
            lines[identifier] = _line(event)
        elif event.kind == "edit" and known is not None:
            lines[identifier] = replace(known, body=str(event.data["b"]), edited=True)
        elif event.kind == "del" and known is not None:
            lines[identifier] = replace(known, body="", nick="", face="", gone=True)
    folded: list[Line] = []
    for line in lines.values():
        before = folded[-1] if folded else None
        folded.append(replace(line, first=before is None or not _continues(before, line)))
    return folded


def _line(event: Durable) -> Line:
    data = event.data
    return Line(
        id=str(data["id"]),
        s=event.s,
        at=event.at,
        nick=str(data.get("n", "")),
        face=str(data.get("u", "")),
        body=str(data.get("b", "")),
        answered=data.get("re"),
        edited="ed" in data,
        gone=bool(data.get("gone")),
        first=True,
    )


def _continues(before: Line, line: Line) -> bool:
    same = before.face == line.face and not before.gone and not line.gone
    return same and line.answered is None and line.at - before.at <= TURN


def hue(face: str) -> int:
    """One of eight hues for a face: the same as the client's `hueOf`."""
    value = 7
    for letter in face:
        value = (value * 31 + ord(letter)) % 9973
    return value % 8
