"""The judge's memory: what automod asked to remember, in memory, with what matters of it kept in the store.

Turn counts and repeated words are worth a restart's forgetting; evidence, ages said and personas shown are not: when
one of these changes, the part that holds it is written in the message's own transaction. Scores live seven days.

Several processes may know the same subject. Each learns what another wrote, joins it with what it knows itself, and
writes both together with the next message where the other's was the poorer: what one has seen, none forgets.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import msgspec

from veillee.automod.state import Author, Conversation, Device, Memory, Part, RiskState, device_key
from veillee.model.clock import DAY, Clock
from veillee.model.verdict import Facts
from veillee.store import risks
from veillee.store.port import Store

DAYS = 7
_KNOWN = 20_000
"""As many subjects as the memory keeps of each kind: what is known here has not been forgotten there."""

Kept = tuple[tuple[str, Any], ...]


class Recollection:
    """Call `prepare` before a draft is judged, `recall` and `keep` around the engine."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._owed: set[str] = set()
        self._memory = Memory()
        self._known: OrderedDict[str, None] = OrderedDict()

    async def prepare(self, facts: Facts) -> None:
        """Fetch what the store holds of the draft's conversation, author and device, once each."""
        subjects = _subjects(facts)
        missing = [subject for subject in subjects if subject not in self._known]
        found = await self._store.read(risks.parts, missing, self._clock() - DAYS * DAY) if missing else []
        # Whoever fetched the same meanwhile may have judged with it already: what is known by now is newer.
        fresh = [(subject, state) for subject, state in found if subject not in self._known]
        for subject in subjects:
            self._known[subject] = None
            self._known.move_to_end(subject)
            if len(self._known) > _KNOWN:
                self._known.popitem(last=False)
        for subject, state in fresh:
            if (part := _part(subject, state)) is not None:
                self._memory.add(_key(subject), part)

    async def learn(self, subject: str, state: Any) -> None:
        """Another process wrote this of a subject."""
        part = _part(subject, state)
        if part is None or subject not in self._known:
            return  # it will be fetched when it is needed
        if self._memory.add(_key(subject), part) == part:
            self._owed.discard(subject)
        else:
            self._owed.add(subject)

    def recall(self, facts: Facts) -> RiskState:
        """What is known about the draft's conversation, author and device."""
        return self._memory.recall(facts)

    def keep(self, facts: Facts, before: RiskState, after: RiskState | None) -> Kept:
        """Remember what the engine gave back; answers what to write with the message, `(subject, state)` each."""
        if after is None:
            return ()
        self._memory.keep(facts, after)
        kept: list[tuple[str, Any]] = []
        if facts.conversation is not None and (
            after.conversation.evidence != before.conversation.evidence
            or after.conversation.ages != before.conversation.ages
            or self._owes(f"conversation:{facts.conversation}")
        ):
            kept.append((f"conversation:{facts.conversation}", msgspec.to_builtins(after.conversation)))
        if facts.author is not None and (
            after.author.openings != before.author.openings or self._owes(f"author:{facts.author.id}")
        ):
            kept.append((f"author:{facts.author.id}", msgspec.to_builtins(after.author)))
        if (key := device_key(facts)) is not None and (after.device != before.device or self._owes(f"device:{key}")):
            kept.append((f"device:{key}", msgspec.to_builtins(after.device)))
        return tuple(kept)

    def _owes(self, subject: str) -> bool:
        """Whether the store has less of the subject than is known here: once it is asked, it is written."""
        if subject not in self._owed:
            return False
        self._owed.discard(subject)
        return True


def _subjects(facts: Facts) -> list[str]:
    subjects = [] if facts.conversation is None else [f"conversation:{facts.conversation}"]
    if facts.author is not None:
        subjects.append(f"author:{facts.author.id}")
    if (key := device_key(facts)) is not None:
        subjects.append(f"device:{key}")
    return subjects


def _key(subject: str) -> str:
    return subject.partition(":")[2]


def _part(subject: str, state: Any) -> Part | None:
    """What the store holds of a subject; None for what an older version wrote otherwise."""
    kinds: dict[str, type[Part]] = {"conversation": Conversation, "author": Author, "device": Device}
    try:
        return msgspec.convert(state, kinds[subject.partition(":")[0]])
    except (msgspec.ValidationError, KeyError):
        return None
