"""The queue: a view of the open cases, ordered by danger × reach × age, and who has taken which.

Nothing is stored for the order, so it cannot be stale. A claim keeps others from working on the same case for
fifteen minutes; it ends by the clock, not by a job.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from veillee.model.casefile import CLAIM_MS, Case, CaseState, Danger, SubjectKind
from veillee.model.clock import HOUR
from veillee.model.errors import Code, Refused
from veillee.model.staff import Staff
from veillee.moderation.desk import Desk
from veillee.store import audit, casefiles, messages
from veillee.store.port import Tx

DUE_MS = {Danger.LIFE: HOUR, Danger.HIGH: 12 * HOUR, Danger.MODERATE: 24 * HOUR, Danger.LOW: 72 * HOUR}
"""When a person should have looked, after opening (LAW.md §8.2, policy)."""
_WEIGHT = {Danger.LIFE: 27.0, Danger.HIGH: 9.0, Danger.MODERATE: 3.0, Danger.LOW: 1.0}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open case in its place. `due_at` in Unix ms; `claimed_by` is a staff id while a claim runs; `excerpt` the
    text of the message as it stands (None for other subjects); `held`: it waits for this decision to be seen."""

    case: Case
    score: float
    due_at: int
    claimed_by: str | None
    excerpt: str | None
    held: bool


def score(case: Case, now: int) -> float:
    """How much it presses: danger × reach × age. Grows with each of the three, all else equal."""
    hours = max(0, now - case.opened_at) / HOUR
    return _WEIGHT[case.danger] * (1 + math.log2(1 + case.reach)) * (1 + hours)


def order(case: Case, now: int) -> tuple[bool, float, int, str]:
    """The sort key: whatever touches a life stands before everything else, then the score, then the oldest."""
    return (case.danger is not Danger.LIFE, -score(case, now), case.opened_at, case.number)


class Queue:
    """What waits for a decision."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def view(self, limit: int = 200) -> list[Waiting]:
        """The open cases, the most pressing first."""
        return await self._desk.store.read(_view, self._desk.clock(), limit)

    async def closed(self, limit: int = 50) -> list[Case]:
        """The cases decided last, the newest first."""
        return await self._desk.store.read(casefiles.latest, limit)

    async def claim(self, number: str, version: int, staff: Staff) -> Case:
        """Take a case for fifteen minutes; claiming one's own again starts the time anew.

        Raises `not_found`, and `conflict` if somebody else has it, it was decided, or it moved on from `version`.
        """
        return await self._desk.store.write(_claim, number, version, staff.id, self._desk.clock())

    async def release(self, number: str, version: int, staff: Staff) -> Case:
        """Put a case back. Raises `not_found`, and `conflict` if it is not this person's any more."""
        return await self._desk.store.write(_release, number, version, staff.id, self._desk.clock())


def _view(tx: Tx, now: int, limit: int) -> list[Waiting]:
    cases = sorted(casefiles.in_state(tx, CaseState.OPEN), key=lambda case: order(case, now))[:limit]
    return [_waiting(tx, case, now) for case in cases]


def _waiting(tx: Tx, case: Case, now: int) -> Waiting:
    message = messages.get(tx, case.subject.id) if case.subject.kind is SubjectKind.MESSAGE else None
    return Waiting(
        case,
        score(case, now),
        case.opened_at + DUE_MS[case.danger],
        case.claimant(now),
        None if message is None else message.body,
        message is not None and message.state.value == "held",
    )


def _claim(tx: Tx, number: str, version: int, staff_id: str, now: int) -> Case:
    case = _open(tx, number)
    if case.claimant(now) not in (None, staff_id):
        raise Refused(Code.CONFLICT)
    if not casefiles.claim(tx, number, version, staff_id, now + CLAIM_MS):
        raise Refused(Code.CONFLICT)
    audit.append(tx, staff_id, "case.claimed", number, {}, now)
    return _open(tx, number)


def _release(tx: Tx, number: str, version: int, staff_id: str, now: int) -> Case:
    case = _open(tx, number)
    if case.claimant(now) != staff_id or not casefiles.claim(tx, number, version, None, None):
        raise Refused(Code.CONFLICT)
    audit.append(tx, staff_id, "case.released", number, {}, now)
    return _open(tx, number)


def _open(tx: Tx, number: str) -> Case:
    case = casefiles.get(tx, number)
    if case is None:
        raise Refused(Code.NOT_FOUND)
    if case.state is not CaseState.OPEN:
        raise Refused(Code.CONFLICT)
    return case
