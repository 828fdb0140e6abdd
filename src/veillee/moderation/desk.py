"""What every verb of moderation needs at hand: the store, the clock, the terms in force, ids, and codes.

Codes are derived from ids under the instance's secret (chat/keys): the same id always gives the same code, so that
nothing has to keep one in the clear, and an effect that is repeated after a crash tells the same code again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from veillee.chat.keys import Keys
from veillee.model.casefile import Report, Statement
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.ids import Identifiers, case_number, parse_code
from veillee.model.terms import Terms
from veillee.store import casefiles
from veillee.store.port import Store, Tx


@dataclass(frozen=True, slots=True)
class Desk:
    """`entropy(n)` answers n random bytes and may be called from the store's writer thread. `nudge` is called after a
    decision was committed: its effect need not wait for the next round of the outbox."""

    store: Store
    clock: Clock
    keys: Keys
    terms: Terms
    entropy: Callable[[int], bytes]
    nudge: Callable[[], None] = lambda: None
    _identifiers: Identifiers = field(init=False, repr=False)
    _drawing: Lock = field(init=False, repr=False, default_factory=Lock)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_identifiers", Identifiers(self.clock, self.entropy))

    def identifier(self) -> str:
        """A fresh id; those drawn here sort in the order they were drawn, also within one millisecond."""
        with self._drawing:
            return self._identifiers()

    def puid(self) -> str:
        """A random id for the EU database: it must not be a message's or a person's (LAW.md Annex A)."""
        return self.entropy(16).hex()

    def number(self, tx: Tx) -> str:
        """A case number that no case has."""
        while not casefiles.free(tx, number := case_number(self.entropy(5))):
            continue
        return number

    def receipt(self, report: Report) -> str:
        """The code that whoever reported follows the outcome with."""
        return self.keys.code(f"report:{report.id}")

    def code(self, statement: Statement) -> str:
        """The code that opens a statement of reasons."""
        return self.keys.code(statement.about)


def hashed(code: str) -> str:
    """The stored form of a code; raises `not_found` for what is none, as for a code that opens nothing."""
    canonical = parse_code(code)
    if canonical is None:
        raise Refused(Code.NOT_FOUND)
    return hashlib.sha256(canonical.encode()).hexdigest()
