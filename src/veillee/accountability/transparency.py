"""The first figures of the transparency report, folded from rows (DSA art. 15; PRODUCT.md §4.9).

Small numbers could point at somebody: from one to four is published as « moins de 5 ». Where exactly
one part is masked the total says only « plus de » what is told, so that the part cannot be computed. The official
template comes with a later version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from veillee.model.casefile import Measure, Reason
from veillee.model.clock import MINUTE, Clock
from veillee.model.errors import Code, Refused
from veillee.store import figures
from veillee.store.port import Store

FEW = "<5"
FIRST_YEAR = 2024
DECIDED_BY_PEOPLE = (
    Measure.NO_ACTION, Measure.WARN, Measure.REMOVE, Measure.MUTE, Measure.ROOM_BAN, Measure.SERVICE_BAN,
    Measure.REVERSE,
)  # fmt: skip
DECIDED_BY_TOOLS = (Measure.HOLD, Measure.BLOCK)
APPEAL_STATES = ("pending", "upheld", "partially_reversed", "reversed")
SOURCES = ("report", "notice", "automod", "staff")

Shown = int | str
"""A count as published: a number of 0 or at least 5, FEW, or `>n` for a total with one masked part."""


@dataclass(frozen=True, slots=True)
class Group:
    """Counts of one kind, in a fixed order, with their total."""

    name: str
    parts: Mapping[str, Shown]
    total: Shown


@dataclass(frozen=True, slots=True)
class Report:
    """A calendar year (UTC) so far. `median_minutes` from opening a case to a person's first decision; None when
    fewer than five cases were decided."""

    year: int
    until: int
    groups: tuple[Group, ...]
    median_minutes: int | None

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "year": self.year,
            "until": datetime.fromtimestamp(self.until / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "masked": "<5: from one to four; >n: more than n",
            "median_minutes_to_decision": self.median_minutes,
            **{group.name: {**group.parts, "total": group.total} for group in self.groups},
        }

    def table(self) -> str:
        """As CSV (RFC 4180): group, item, count."""
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(("group", "item", "count"))
        for group in self.groups:
            rows.writerows((group.name, item, count) for item, count in group.parts.items())
            rows.writerow((group.name, "total", group.total))
        rows.writerow(("median_minutes_to_decision", "", "" if self.median_minutes is None else self.median_minutes))
        return out.getvalue()


class Transparency:
    """Reports by year."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def this_year(self) -> int:
        return datetime.fromtimestamp(self._clock() / 1000, UTC).year

    async def year(self, year: int) -> Report:
        """The figures of a calendar year, up to now; raises `not_found` for a year to come or before there was any."""
        if not FIRST_YEAR <= year <= self.this_year():
            raise Refused(Code.NOT_FOUND)
        end = min(_start(year + 1), self._clock() + 1)
        found = await self._store.read(figures.between, _start(year), end)
        return Report(
            year,
            end,
            (
                group("reports", found.reports, tuple(Reason)),
                group("cases", found.sources, SOURCES),
                group("decisions_by_people", found.by_people, DECIDED_BY_PEOPLE),
                group("decisions_by_tools", found.by_tools, DECIDED_BY_TOOLS),
                group("appeals", found.appeals, APPEAL_STATES),
            ),
            median_minutes(found.handling),
        )


def group(name: str, counts: Mapping[str, int], order: tuple[str, ...]) -> Group:
    """A group with its small counts masked, and its total blurred where a lone masked part would follow from it."""
    parts = {str(item): shown(counts.get(str(item), 0)) for item in order}
    total = sum(counts.get(str(item), 0) for item in order)
    lone = sum(value == FEW for value in parts.values()) == 1 and len(parts) > 1
    told = sum(value for value in parts.values() if isinstance(value, int))
    return Group(name, parts, FEW if 0 < total < 5 else (f">{told}" if lone else total))


def shown(count: int) -> Shown:
    """A count as it may be published."""
    return FEW if 0 < count < 5 else count


def median_minutes(waited: tuple[int, ...]) -> int | None:
    """The median of ascending milliseconds, in minutes; None under five of them."""
    if len(waited) < 5:
        return None
    middle = len(waited) // 2
    median = waited[middle] if len(waited) % 2 else (waited[middle - 1] + waited[middle]) // 2
    return round(median / MINUTE)


def _start(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000)
