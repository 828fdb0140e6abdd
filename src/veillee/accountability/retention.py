"""What is kept, why, until when, worded for people; which tables each entry speaks for (GDPR art. 13(2)(a))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import yaml


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the privacy page; `words` is by language: `what`, `why`, `until`."""

    tables: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]


def load() -> tuple[Kept, ...]:
    """The lines of the privacy page, in order."""
    text = resources.files("veillee.accountability").joinpath("texts/retention.yaml").read_text("utf-8")
    return tuple(
        Kept(tuple(each["tables"]), {language: dict(each[language]) for language in ("fr", "en")})
        for each in yaml.load(text, Loader=yaml.CSafeLoader)["entries"]
    )
