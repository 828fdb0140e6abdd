"""The privacy page leaves no table out."""

from __future__ import annotations

from veillee.accountability.retention import load
from veillee.store.tables import catalogue


def test_every_table_is_on_the_privacy_page() -> None:
    """GDPR art. 13: whatever the store keeps, texts/retention.yaml says why and until when."""
    told = [name for kept in load() for name in kept.tables]
    assert sorted(told) == sorted(catalogue.metadata.tables)


def test_every_line_is_whole_in_both_languages() -> None:
    """What, why and until when, in French and in English."""
    for kept in load():
        assert all(set(kept.words[language]) == {"what", "why", "until"} for language in ("fr", "en"))
