"""Staff: the people who watch over the rooms, and who of them is on duty. Frozen; a change makes a new value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A moderator decides cases; an operator also answers for the house: staff, rooms, legal settings."""

    MODERATOR = "moderator"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Staff:
    """A moderator or operator. Guests and outcomes see `pseudonym` at most, never `login`. Times in Unix ms."""

    id: str
    login: str
    pseudonym: str
    role: Role
    language: str
    created_at: int
    disabled_at: int | None = None

    @property
    def is_operator(self) -> bool:
        return self.role is Role.OPERATOR


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who is watching, by public pseudonym, until when (Unix ms)."""

    staff_id: str
    pseudonym: str
    until: int
