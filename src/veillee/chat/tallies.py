"""How often each rule fires, counted here and written to the store every few seconds. Nothing of whom or what.

Drafts are counted once; who is watched (rules in shadow, canaries, rules that changed lately) shares that count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from veillee.model.clock import HOUR
from veillee.model.verdict import Verdict
from veillee.store.rulebook import EVERYTHING, Count

LIVE = "live"
SHADOW = "shadow"
MOST_SAMPLES = 200
"""Samples kept between two writes, at most."""


class Tallies:
    """Counts between two writes. `watch` whenever another set of rules stands."""

    def __init__(self) -> None:
        self._seen = 0
        self._live: Counter[str] = Counter()
        self._shadow: Counter[str] = Counter()
        self._sampled: list[tuple[str, str]] = []
        self._of: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self._counted: Counter[tuple[str, str, bool]] = Counter()

    def watch(self, changed: Collection[str], shadows: Collection[str]) -> None:
        """From now on drafts count as seen by these: texts in force that changed lately, texts in shadow."""
        self._settle()
        self._of = (frozenset(changed), frozenset(shadows))

    def note(self, verdict: Verdict) -> None:
        """A draft was judged."""
        self._seen += 1
        if verdict.texts:
            self._live.update(verdict.texts)
        if verdict.shadowed:
            self._shadow.update(verdict.shadowed)

    def sample(self, message_id: str, verdict: Verdict) -> None:
        """A draft that something in shadow would have caught has become this message."""
        if len(self._sampled) < MOST_SAMPLES:
            self._sampled.extend((digest, message_id) for digest in verdict.shadowed)

    def take(self, now: int) -> tuple[list[Count], list[tuple[str, str]]]:
        """What was counted since the last time, for the hour of `now` (Unix ms), and the samples."""
        self._settle()
        places = sorted({(digest, mode) for digest, mode, _ in self._counted})
        hour = now - now % HOUR
        counts = [
            Count(digest, hour, mode, self._counted[digest, mode, False], self._counted[digest, mode, True])
            for digest, mode in places
        ]
        sampled, self._sampled = self._sampled, []
        self._counted.clear()
        return counts, sampled

    def _settle(self) -> None:
        changed, shadows = self._of
        if self._seen:
            self._counted[EVERYTHING, LIVE, False] += self._seen
        for digests, mode in ((changed, LIVE), (shadows, SHADOW)):
            for digest in digests if self._seen else ():
                self._counted[digest, mode, False] += self._seen
        for hits, mode in ((self._live, LIVE), (self._shadow, SHADOW)):
            for digest, count in hits.items():
                self._counted[digest, mode, True] += count
            hits.clear()
        self._seen = 0
