"""The judge's memory: what automod asked to remember, in memory, with what matters of it kept in the store.

Turn counts and repeated words are worth a restart's forgetting; evidence, ages said and personas shown are not: when
one of these changes, the part that holds it is written in the message's own transaction. Scores live seven days.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Any

import msgspec

from veillee.automod.state import Author, Conversation, Device, Memory, RiskState, device_key
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
        self._memory = Memory()
        self._known: OrderedDict[str, None] = OrderedDict()

    async def prepare(self, facts: Facts) -> None:
        """Fetch what the store holds of the draft's conversation, author and device, once each."""
        subjects = _subjects(facts)
        missing = [subject for subject in subjects if subject not in self._known]
        found = await self._store.read(risks.load, missing, self._clock() - DAYS * DAY) if missing else {}
        # Whoever fetched the same meanwhile may have judged with it already: what is known by now is newer.
        fresh = {subject: state for subject, state in found.items() if subject not in self._known}
        for subject in subjects:
            self._known[subject] = None
            self._known.move_to_end(subject)
            if len(self._known) > _KNOWN:
                self._known.popitem(last=False)
        if fresh:
            self._memory.keep(facts, _with(self._memory.recall(facts), fresh))

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
        ):
            kept.append((f"conversation:{facts.conversation}", msgspec.to_builtins(after.conversation)))
        if facts.author is not None and after.author.openings != before.author.openings:
            kept.append((f"author:{facts.author.id}", msgspec.to_builtins(after.author)))
        if (key := device_key(facts)) is not None and after.device != before.device:
            kept.append((f"device:{key}", msgspec.to_builtins(after.device)))
        return tuple(kept)


def _subjects(facts: Facts) -> list[str]:
    subjects = [] if facts.conversation is None else [f"conversation:{facts.conversation}"]
    if facts.author is not None:
        subjects.append(f"author:{facts.author.id}")
    if (key := device_key(facts)) is not None:
        subjects.append(f"device:{key}")
    return subjects


def _with(state: RiskState, found: dict[str, Any]) -> RiskState:
    for subject, value in found.items():
        try:
            if subject.startswith("conversation:"):
                state = replace(state, conversation=msgspec.convert(value, Conversation))
            elif subject.startswith("author:"):
                state = replace(state, author=msgspec.convert(value, Author))
            else:
                state = replace(state, device=msgspec.convert(value, Device))
        except msgspec.ValidationError:
            continue
    return state
