"""A guest: a person under a pseudonym, and the same person as a member of one room."""

from __future__ import annotations

from dataclasses import dataclass, field

ADULT = 18
"""Years from which somebody is of age in French law; a declared age is never proof."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who entered. `id` and `device` never leave the server; other guests see a member's `u`.

    `device` is a keyed hash of the device's first-party token: blocks and sanctions hold on to it. `age`, `gender`
    and `area` are declarations, optional and never proof. `protected` guests get the minor's defaults. `session` is the
    hash of the token they came in with, which ends when they leave or are reopened elsewhere.
    """

    id: str
    device: str
    pseudonym: str
    skeleton: str
    entered_at: int
    language: str = "fr"
    age: int | None = None
    gender: str | None = None
    area: str | None = None
    protected: bool = False
    session: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A guest in one room, as the others see them: `u` differs per room and pseudonym and links nothing."""

    u: str
    guest_id: str
    room: str
    pseudonym: str
    device: str
