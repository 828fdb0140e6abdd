"""Figures of a yes-or-no judgement: counts, recall, precision, macro-F1, intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Harmful and clean rows, flagged or not; and how many of the clean were held or blocked."""

    hit: int = 0
    missed: int = 0
    false: int = 0
    passed: int = 0
    stopped: int = 0

    @property
    def recall(self) -> float:
        """The share of harmful rows that were flagged; 0 where there are none."""
        return _share(self.hit, self.hit + self.missed)

    @property
    def precision(self) -> float:
        """The share of flagged rows that are harmful; 0 where none was flagged."""
        return _share(self.hit, self.hit + self.false)

    @property
    def clean_flagged(self) -> float:
        """The share of clean rows that were flagged."""
        return _share(self.false, self.false + self.passed)

    @property
    def clean_stopped(self) -> float:
        """The share of clean rows that were held or blocked."""
        return _share(self.stopped, self.false + self.passed)

    @property
    def macro_f1(self) -> float:
        """The mean of the F1 of "harmful" and the F1 of "clean"."""
        return (_f1(self.hit, self.false, self.missed) + _f1(self.passed, self.missed, self.false)) / 2


def counted(judged: Iterable[tuple[bool, bool, bool]]) -> Counts:
    """Counts of (harmful, flagged, held or blocked) triples."""
    hit = missed = false = passed = stopped = 0
    for harmful, flagged, held in judged:
        if harmful:
            hit, missed = hit + flagged, missed + (not flagged)
        else:
            false, passed, stopped = false + flagged, passed + (not flagged), stopped + held
    return Counts(hit, missed, false, passed, stopped)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(hit: int, false: int, missed: int) -> float:
    return _share(2 * hit, 2 * hit + false + missed)
