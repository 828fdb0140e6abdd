"""What the entry page says of tonight: who runs this, how many are there, who is watching, by which rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from veillee.accountability.helplines import FOR_REASON, for_reason
from veillee.accountability.imprint import Imprint
from veillee.chat.presence import shown
from veillee.model.staff import OnDuty
from veillee.web.wording import Wording

SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class Evening:
    """Tonight, asked for anew with every page.

    `imprint` is what the operator publishes, `watching` who is on duty, `present` how many guests are connected (each
    once), `below` a random number below n.
    """

    imprint: Callable[[], Imprint]
    watching: Callable[[], Sequence[OnDuty]]
    present: Callable[[], int]
    below: Callable[[int], int]

    def count(self) -> int | None:
        """How many are there, None for a few: a small group is not watched by its number."""
        return shown(self.present())

    def helplines(self, language: str) -> dict[str, list[dict[str, str]]]:
        """For each report reason and topic with helplines: its lines, worded."""
        lines = self.imprint().helplines
        found = {topic: [line.worded(language) for line in for_reason(lines, topic)] for topic in FOR_REASON}
        return {topic: worded for topic, worded in found.items() if worded}

    def suggestions(self, wording: Wording, language: str) -> list[str]:
        """Pseudonyms nobody has to invent: a word of the evening and a number."""
        names = wording.t(language, "entry.names").split()
        return [f"{names[self.below(len(names))]}{10 + self.below(90)}" for _ in range(SUGGESTIONS)]
