"""Refusals as values: one exception with a stable code, raised below and worded at the door."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Every error code of the outer contract (PROTOCOL.md §1), and the HTTP door's `bad_request`."""

    BAD_FRAME = "bad_frame"
    BAD_REQUEST = "bad_request"
    THINK_AGAIN = "think_again"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    ROOM_FULL = "room_full"
    ROOM_CLOSED = "room_closed"
    READ_ONLY = "read_only"
    MUTED = "muted"
    SUSPENDED = "suspended"
    SLOW_MODE = "slow_mode"
    RATE_LIMITED = "rate_limited"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    KEY_REUSED = "key_reused"
    NICK_TAKEN = "nick_taken"
    NICK_INVALID = "nick_invalid"
    NICK_RESERVED = "nick_reserved"
    NICK_REFUSED = "nick_refused"
    RULES_NEEDED = "rules_needed"
    LINK_NOT_ALLOWED = "link_not_allowed"
    IMAGE_NOT_ALLOWED = "image_not_allowed"
    DM_CLOSED = "dm_closed"
    DM_PENDING = "dm_pending"
    DM_COOLDOWN = "dm_cooldown"
    BLOCKED_CONTENT = "blocked_content"
    HELD = "held"
    EDIT_EXPIRED = "edit_expired"
    CALM_MODE = "calm_mode"
    GUARDED = "guarded"
    CONFLICT = "conflict"
    MAINTENANCE = "maintenance"
    INTERNAL = "internal"


class Refused(Exception):
    """Something asked for was refused.

    `code` is stable; `retry` is seconds until it may work; `params` fill the sentence ({n}, {s}, {h}, {r});
    `case` and `secret` are the case number and the secret code where the person can contest; `confirm` is the
    token with which a `think_again` goes through. Never holds personal data: it may be logged by its code.
    """

    def __init__(
        self,
        code: Code,
        *,
        retry: float | None = None,
        case: str | None = None,
        secret: str | None = None,
        confirm: str | None = None,
        **params: str | int,
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.retry = retry
        self.case = case
        self.secret = secret
        self.confirm = confirm
        self.params = params
