"""Commands: what a client may ask, one struct each, tagged by `c`. Types and lengths are checked while decoding.

Field names are those of the wire (PROTOCOL.md §1). Unknown fields are ignored, so that a newer client can talk to an
older server; unknown commands are refused.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from veillee.protocol import limits

RequestId = Annotated[int, Meta(ge=0, le=2**53)]
Slug = Annotated[str, Meta(min_length=1, max_length=64)]
Offset = Annotated[int, Meta(ge=0, le=2**53)]
MessageId = Annotated[str, Meta(min_length=1, max_length=40)]
Face = Annotated[str, Meta(min_length=1, max_length=40)]
Key = Annotated[str, Meta(min_length=1, max_length=limits.KEY_CHARACTERS)]
SecretCode = Annotated[str, Meta(min_length=1, max_length=64)]


class Command(Struct, tag_field="c", kw_only=True):
    """Any command; `i` comes back with the answer."""

    i: RequestId


class Hello(Command, tag="hello", kw_only=True):
    """First of all: who am I, where was I."""

    v: int
    tok: Annotated[str, Meta(max_length=128)] | None = None
    lang: Annotated[str, Meta(max_length=16)] | None = None
    rooms: Annotated[dict[Slug, tuple[str, Offset]], Meta(max_length=limits.ROOMS_A_SESSION + 1)] = {}


class Ping(Command, tag="ping", kw_only=True):
    """I am here."""


class Join(Command, tag="join", kw_only=True):
    """Enter a room."""

    r: Slug


class Leave(Command, tag="leave", kw_only=True):
    """Leave a room."""

    r: Slug


class Send(Command, tag="send", kw_only=True):
    """Say something; `k` makes sending it again harmless, `confirm` answers a `think_again`."""

    r: Slug
    k: Key
    b: str
    re: MessageId | None = None
    confirm: Annotated[str, Meta(max_length=128)] | None = None


class Edit(Command, tag="edit", kw_only=True):
    """Change one's own message, within ten minutes."""

    r: Slug
    id: MessageId
    b: str
    confirm: Annotated[str, Meta(max_length=128)] | None = None


class Del(Command, tag="del", kw_only=True):
    """Remove one's own message."""

    r: Slug
    id: MessageId


class Typing(Command, tag="typing", kw_only=True):
    """I am writing. Not answered."""

    r: Slug
    i: RequestId = 0


class Read(Command, tag="read", kw_only=True):
    """I have read up to here."""

    r: Slug
    s: Offset


class Sync(Command, tag="sync", kw_only=True):
    """What came after this offset?"""

    r: Slug
    after: Offset


class Hist(Command, tag="hist", kw_only=True):
    """A page of history."""

    r: Slug
    before: Offset | None = None
    after: Offset | None = None
    around: Offset | None = None
    limit: Annotated[int, Meta(ge=1, le=limits.HISTORY_EVENTS)] = limits.FIRST_EVENTS


class Who(Command, tag="who", kw_only=True):
    """Who is here?"""

    r: Slug


class Nick(Command, tag="nick", kw_only=True):
    """Go by another pseudonym."""

    n: str


class Block(Command, tag="block", kw_only=True):
    """I do not want to see this person again."""

    u: Face


class Unblock(Command, tag="unblock", kw_only=True):
    """I do want to see this person again."""

    u: Face


class Target(Struct, kw_only=True):
    """What a report is about: a message (`r`, `id`), a person (`u`) or a room (`r`)."""

    r: Slug | None = None
    id: MessageId | None = None
    u: Face | None = None


class Report(Command, tag="report", kw_only=True):
    """Something is wrong."""

    target: Target
    reason: Annotated[str, Meta(max_length=32)]
    note: Annotated[str, Meta(max_length=limits.NOTE_CHARACTERS)] | None = None
    block: bool = False


class Appeal(Command, tag="appeal", kw_only=True):
    """I contest the decision that this code opens."""

    code: SecretCode
    note: Annotated[str, Meta(max_length=limits.APPEAL_CHARACTERS)]


AnyCommand = (
    Hello | Ping | Join | Leave | Send | Edit | Del | Typing | Read | Sync | Hist | Who | Nick | Block | Unblock
    | Report | Appeal
)  # fmt: skip
