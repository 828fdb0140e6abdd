"""What a handler answers: the value of `ok` and what to do once it is written; or the end of the connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from veillee.model.errors import Refused
from veillee.protocol.close_codes import CloseCode


@dataclass(frozen=True, slots=True)
class Reply:
    """`value` goes out as `ok`; `then` runs right after, in the same turn of the loop: replayed events follow it.

    `silent` commands (typing) are not answered.
    """

    value: dict[str, Any] | None = None
    then: Callable[[], None] | None = None
    silent: bool = False


NOTHING = Reply()
SILENT = Reply(silent=True)


class Dismissed(Exception):
    """The command is refused and the connection ends with it: the refusal is answered, then the link is closed.

    `bye` is the reason in full, sent in between: a close frame has no room for it.
    """

    def __init__(self, refused: Refused, close: CloseCode, bye: dict[str, Any] | None = None) -> None:
        super().__init__(refused.code.value)
        self.refused = refused
        self.close = close
        self.bye = bye
