"""A room: where people talk. Frozen; a change makes a new value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OnFault = Literal["hold", "block"]
Unattended = Literal["guarded", "closed"]


@dataclass(frozen=True, slots=True)
class Room:
    """A room and its options.

    `epoch` names this life of its stream. `slow_seconds` is the least time between two messages of one guest.
    `on_fault` is what happens to a message that the engine could not judge; `unattended` what the room does while
    nobody is on duty. Messages are erased after `retention_days`.
    """

    slug: str
    epoch: str
    name: str
    topic: str = ""
    notice: str = ""
    language: str = "fr"
    created_at: int = 0
    closed_at: int | None = None
    public_reading: bool = True
    slow_seconds: int = 0
    capacity: int = 2000
    on_fault: OnFault = "hold"
    unattended: Unattended = "guarded"
    links: bool = True
    retention_days: int = 30
    last_s: int = 0
