"""Everything that an instance publishes about itself, in one value: pages and documents are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from veillee.accountability.helplines import Helpline, stale
from veillee.accountability.operator import Gap, Operator, missing
from veillee.accountability.register import Tool
from veillee.model.terms import Terms


@dataclass(frozen=True, slots=True)
class Imprint:
    """`url` has no slash at its end. `tools` is the register of automatic tools that are active now."""

    name: str
    url: str
    operator: Operator
    terms: Terms
    helplines: tuple[Helpline, ...]
    tools: tuple[Tool, ...] = ()

    def gaps(self, today: date) -> list[Gap]:
        """What keeps the public rooms shut; helplines that nobody checked for a year count too (LAW.md §8.3, 26)."""
        found = missing(self.operator, self.terms)
        if stale(self.helplines, today):
            found.append(
                Gap(
                    "helplines.yaml",
                    {
                        "fr": "Vérifiez les numéros d'aide et mettez à jour verified_on dans helplines.yaml.",
                        "en": "Check the helplines and update verified_on in helplines.yaml.",
                    },
                )
            )
        return found

    def shut_reason(self, today: date) -> str | None:
        """Why no public room may open, as a list of keys, or None: they may."""
        return ", ".join(gap.key for gap in self.gaps(today)) or None
