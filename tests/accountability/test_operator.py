"""The operator's identity: what is missing is named with its remedy, and what is there is published."""

from __future__ import annotations

import dataclasses
from typing import Any

from veillee.accountability.operator import Operator, document, missing, read
from veillee.accountability.terms import load

WHOLE: dict[str, Any] = {
    "operator": {
        "name": "Association du Foyer",
        "address": "1 rue Exemple, 75000 Paris",
        "phone": "+33 1 00 00 00 00",
        "email": "bonjour@foyer.example",
        "publication_director": "Camille Exemple",
        "host_name": "Hébergeur",
        "host_address": "2 rue Exemple, 59000 Lille",
        "host_phone": "+33 3 00 00 00 00",
        "colour": "unknown keys are not ours",
    },
    "contacts": {"authorities": "autorites@foyer.example", "languages": ["fr", "en"], "users": "aide@foyer.example"},
}


def test_a_complete_operator_lacks_nothing() -> None:
    """With identity, host, contacts, languages and terms, public rooms may open (LCEN 1-1, DSA 11, 12, 14)."""
    assert missing(read(WHOLE), load()) == []


def test_an_empty_file_lacks_everything_with_a_remedy_each() -> None:
    """Each gap names its key and says in both languages what to write."""
    gaps = missing(read({}), None)
    assert [gap.key for gap in gaps][:2] == ["operator.name", "operator.address"]
    assert gaps[-1].key == "terms.file"
    assert all(gap.key in gap.remedy["fr"] and gap.key in gap.remedy["en"] for gap in gaps)


def test_a_placeholder_is_no_answer() -> None:
    """Text left as TODO or as blanks counts as missing."""
    for text in ("TODO", "  ", "À remplir : nom"):
        assert [gap.key for gap in missing(dataclasses.replace(read(WHOLE), name=text), load())] == ["operator.name"]


def test_registration_and_telephone_for_people_are_optional() -> None:
    """An association without RCS number is complete."""
    assert read(WHOLE).registration == ""
    assert Operator().fictitious is False


def test_the_document_has_both_points_of_contact() -> None:
    """dsa.json gives authorities an address and languages, and people a form and a human (DSA 11 and 12)."""
    made = document(read(WHOLE), load(), name="Le Foyer", url="https://foyer.example")
    assert made["contacts"]["authorities"] == {"email": "autorites@foyer.example", "languages": ["fr", "en"]}
    assert made["contacts"]["users"]["form"] == "https://foyer.example/signaler"
    assert made["contacts"]["users"]["human"] is True
    assert made["terms"]["version"] == load().version
