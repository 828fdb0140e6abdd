"""Helplines by topic, from YAML the operator may replace; each line says when it was last checked (LAW.md §3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

FRESH = timedelta(days=365)

FOR_REASON: Mapping[str, tuple[str, ...]] = {
    "danger": ("emergency", "danger"),
    "minor": ("emergency", "minor"),
    "sexual": ("sexual",),
    "harassment": ("harassment",),
    "hate": ("hate",),
    "privacy": ("privacy",),
    "scam": ("scam",),
    "self_harm": ("suicide", "emergency"),
}
"""Which topics go with a report reason or a statement's category; other reasons show none."""


@dataclass(frozen=True, slots=True)
class Helpline:
    """One line to call. `name` and `hours` are by language; `number` is shown as text, never dialled by script."""

    id: str
    number: str
    name: Mapping[str, str]
    hours: Mapping[str, str]
    topics: tuple[str, ...]
    verified_on: date
    source: str

    def worded(self, language: str) -> dict[str, str]:
        """`{number, name, hours}` in a language; French where it is not known."""
        return {
            "number": self.number,
            "name": self.name.get(language, self.name["fr"]),
            "hours": self.hours.get(language, self.hours["fr"]),
        }


def load(path: Path | None = None) -> tuple[Helpline, ...]:
    """The lines of `path`, or the shipped ones. Raises ValueError for a line that lacks something."""
    text = (
        resources.files("veillee.accountability").joinpath("texts/helplines.yaml").read_text("utf-8")
        if path is None
        else path.read_text("utf-8")
    )
    try:
        return tuple(_line(each) for each in yaml.load(text, Loader=yaml.CSafeLoader)["lines"])
    except (KeyError, TypeError, yaml.YAMLError) as error:
        raise ValueError(f"helplines: {type(error).__name__}: {error}") from error


def for_reason(lines: Iterable[Helpline], reason: str) -> list[Helpline]:
    """The lines to show beside a report reason, in the order of the topics; none for most reasons."""
    kept = list(lines)
    ordered = [line for topic in FOR_REASON.get(reason, ()) for line in kept if topic in line.topics]
    return list({line.id: line for line in ordered}.values())


def stale(lines: Iterable[Helpline], today: date) -> list[Helpline]:
    """The lines that nobody checked within a year."""
    return [line for line in lines if today - line.verified_on > FRESH]


def _line(each: dict[str, Any]) -> Helpline:
    verified = each["verified_on"]
    return Helpline(
        id=str(each["id"]),
        number=str(each["number"]),
        name={language: str(each[language]["name"]) for language in ("fr", "en")},
        hours={language: str(each[language]["hours"]) for language in ("fr", "en")},
        topics=tuple(map(str, each["topics"])),
        verified_on=verified if isinstance(verified, date) else date.fromisoformat(str(verified)),
        source=str(each["source"]),
    )
