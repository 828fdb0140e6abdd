"""Who is watching tonight, until when, by public pseudonym.

No public room is open to all unless somebody is on duty, or the room's unattended rules apply (DESIGN.md). The
answer is asked at every message, so it is kept in memory and is only as old as the last change.
"""

from __future__ import annotations

from veillee.model.clock import HOUR, Clock
from veillee.model.errors import Code, Refused
from veillee.model.event import Changed
from veillee.model.staff import OnDuty, Staff
from veillee.store import audit
from veillee.store import staff as verbs
from veillee.store.port import Store, Tx

LONGEST = 12 * HOUR


class Duty:
    """The watch. `load` once at start; afterwards `watching` and `attended` answer at once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: tuple[OnDuty, ...] = ()

    async def look_up(self, change: Changed) -> None:
        """Another process wrote a duty: read them again."""
        await self.load()

    async def load(self) -> None:
        """Read who is on duty from the store."""
        self._known = tuple(await self._store.read(verbs.on_duty, self._clock()))

    def watching(self) -> tuple[OnDuty, ...]:
        """Who watches now, by pseudonym; a duty ends by itself at its hour."""
        now = self._clock()
        return tuple(each for each in self._known if each.until > now)

    def attended(self) -> bool:
        """Whether somebody watches now."""
        return bool(self.watching())

    async def start(self, person: Staff, hours: float) -> OnDuty:
        """`person` watches from now on for `hours`, twelve at most. Raises Refused `bad_request`."""
        length = int(hours * HOUR)
        if not 0 < length <= LONGEST:
            raise Refused(Code.BAD_REQUEST, field="hours")
        at = self._clock()
        await self._store.write(_start, person.id, at, at + length)
        await self.load()
        return OnDuty(person.id, person.pseudonym, at + length)

    async def end(self, person: Staff) -> None:
        """`person` stops watching."""
        await self._store.write(_end, person.id, self._clock())
        await self.load()


def _start(tx: Tx, staff_id: str, at: int, until: int) -> None:
    verbs.start_duty(tx, staff_id, at, until)
    audit.append(tx, staff_id, "duty.started", staff_id, {"until": until}, at)


def _end(tx: Tx, staff_id: str, at: int) -> None:
    verbs.end_duty(tx, staff_id, at)
    audit.append(tx, staff_id, "duty.ended", staff_id, {}, at)
