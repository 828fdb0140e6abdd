"""What a handler answers: the value of `ok`, and what to do once it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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
