"""A sanction: an active restriction on a guest's device, with an end and a way to undo it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SanctionKind(StrEnum):
    """The ladder, mildest first."""

    WARN = "warn"
    SLOW = "slow"
    MUTE = "mute"
    ROOM_BAN = "room_ban"
    SERVICE_BAN = "service_ban"


@dataclass(frozen=True, slots=True)
class Sanction:
    """`room` is None where it holds everywhere. `code` opens the statement of reasons for the person; it is shown
    to that person only. `ends_at` is None only for a warning, which restricts nothing."""

    id: str
    kind: SanctionKind
    device: str
    guest_id: str
    room: str | None
    rule: str
    starts_at: int
    ends_at: int | None
    case_number: str | None = None
    code: str | None = None
    lifted_at: int | None = None

    def active(self, now: int) -> bool:
        """Whether it restricts at `now` (Unix ms)."""
        return self.lifted_at is None and self.starts_at <= now and self.ends_at is not None and now < self.ends_at
