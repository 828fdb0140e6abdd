"""Every word of ours has its place in the words of the DSA database."""

from __future__ import annotations

import json
from pathlib import Path

from veillee.model.casefile import Danger, Reason
from veillee.model.verdict import Category
from veillee.moderation import taxonomy

SCHEMA = json.loads((Path(__file__).parents[1] / "law" / "statement_of_reasons.schema.json").read_text("utf-8"))


def test_every_category_and_reason_is_mapped() -> None:
    """LAW.md Annex A: each maps to a category and a keyword that the database knows."""
    assert set(taxonomy.OF_CATEGORY) == set(Category) == set(taxonomy.REASON_OF_CATEGORY)
    assert set(taxonomy.OF_REASON) == set(Reason)
    categories = SCHEMA["properties"]["category"]["enum"]
    keywords = SCHEMA["properties"]["category_specification"]["anyOf"][0]["items"]["enum"]
    for entry in (*taxonomy.OF_CATEGORY.values(), *taxonomy.OF_REASON.values()):
        fields = entry.fields()
        assert fields["category"] in categories
        assert all(keyword in keywords for keyword in fields["category_specification"])  # type: ignore[attr-defined]
        assert ("KEYWORD_OTHER" in fields["category_specification"]) is bool(entry.other)  # type: ignore[operator]


def test_life_comes_first() -> None:
    """LAW.md Annex B, P0: minors, ambush, threats to life; nothing at all is low."""
    assert taxonomy.danger((Reason.SCAM, Reason.MINOR), ()) is Danger.LIFE
    assert taxonomy.danger((), (Category.SPAM, Category.AMBUSH)) is Danger.LIFE
    assert taxonomy.danger((Reason.DANGER,), ()) is Danger.LIFE
    assert taxonomy.danger((), ()) is Danger.LOW
