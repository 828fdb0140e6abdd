"""Draft -> Message: before and after it is stored; and what became of a draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where a message stands. Only `published` is seen by others."""

    PUBLISHED = "published"
    HELD = "held"
    REFUSED = "refused"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a guest asks to say. `key` makes sending it twice harmless; `confirm` answers a `think_again`."""

    room: str
    key: str
    body: str
    reply_to: str | None = None
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A judged draft on its way into the store: everything the append needs to know, decided beforehand.

    `state` is published, held or refused. `personal` are the mentions and cards that go with a published one.
    """

    id: str
    room: str
    guest_id: str
    device: str
    u: str
    pseudonym: str
    key: str
    digest: str
    body: str
    reply_to: str | None
    at: int
    state: State = State.PUBLISHED
    verdict: dict[str, Any] | None = None
    personal: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    risk: tuple[tuple[str, Any], ...] = ()
    code: str = ""
    edit_of: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message as staff and evidence see it."""

    id: str
    room: str
    s: int | None
    guest_id: str
    device: str
    u: str
    pseudonym: str
    body: str
    reply_to: str | None
    at: int
    edited_at: int | None
    state: State
    removed_by: str | None
    case_number: str | None
    verdict: dict[str, Any] | None = field(default=None)
    edit_of: str | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """What the append answered: the offset (none while held or refused) and whether the key was known already."""

    id: str
    s: int | None
    at: int
    state: State
    digest: str
    case_number: str | None = None
    duplicate: bool = False
