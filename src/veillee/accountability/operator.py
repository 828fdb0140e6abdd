"""Who answers in law for this instance, and what is still missing before its public rooms may open.

LCEN art. 1-1 (identity: name, address, telephone, registration, publication director, host), DSA art. 11 and 12
(points of contact, languages), art. 14 (terms). The operator must not hide: until all of it is published, public
rooms stay shut (LAW.md §1.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veillee.model.terms import Terms


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator's published identity and contacts; empty text where something was not given.

    `registration` (RCS, RNA…) is published where there is one and never required. `fictitious` marks a
    demonstration: pages say so.
    """

    name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    registration: str = ""
    publication_director: str = ""
    host_name: str = ""
    host_address: str = ""
    host_phone: str = ""
    authorities_email: str = ""
    languages: tuple[str, ...] = ()
    users_email: str = ""
    users_phone: str = ""
    fictitious: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing: the key of `veillee.toml` where it goes, and the remedy by language."""

    key: str
    remedy: Mapping[str, str]


_REQUIRED: tuple[tuple[str, str, str, str], ...] = (
    ("name", "operator.name", "le nom ou la raison sociale de l'exploitant", "the name or company that runs this"),
    ("address", "operator.address", "son adresse postale", "its postal address"),
    ("phone", "operator.phone", "son numéro de téléphone", "its telephone number"),
    ("email", "operator.email", "son adresse électronique", "its e-mail address"),
    (
        "publication_director",
        "operator.publication_director",
        "le nom du directeur ou de la directrice de la publication",
        "the name of the publication director",
    ),
    ("host_name", "operator.host_name", "le nom de l'hébergeur", "the name of the hosting company"),
    ("host_address", "operator.host_address", "l'adresse de l'hébergeur", "the address of the hosting company"),
    ("host_phone", "operator.host_phone", "le téléphone de l'hébergeur", "the telephone of the hosting company"),
    (
        "authorities_email",
        "contacts.authorities",
        "le point de contact des autorités",
        "the point of contact for authorities",
    ),
    (
        "languages",
        "contacts.languages",
        'les langues acceptées des autorités, par exemple ["fr", "en"]',
        'the languages authorities may use, for instance ["fr", "en"]',
    ),
    ("users_email", "contacts.users", "le point de contact des personnes", "the point of contact for people"),
)


def read(tables: Mapping[str, Any]) -> Operator:
    """The operator as the tables of `veillee.toml` give it; unknown keys are somebody else's business."""
    given = {**tables.get("operator", {})}
    contacts = tables.get("contacts", {})
    given["authorities_email"] = contacts.get("authorities", "")
    given["users_email"] = contacts.get("users", "")
    given["users_phone"] = contacts.get("users_phone", "")
    given["languages"] = tuple(contacts.get("languages", ()))
    fields = Operator.__dataclass_fields__
    return Operator(**{key: value for key, value in given.items() if key in fields})


def missing(operator: Operator, terms: Terms | None) -> list[Gap]:
    """What must be filled in before public rooms open, in the order of the file; empty when all is there."""
    gaps = [
        Gap(
            key,
            {"fr": f"Indiquez {french} dans veillee.toml ({key}).", "en": f"Give {english} in veillee.toml ({key})."},
        )
        for field, key, french, english in _REQUIRED
        if not _given(getattr(operator, field))
    ]
    if terms is None:
        gaps.append(
            Gap(
                "terms.file",
                {
                    "fr": "Corrigez le fichier des règles, ou retirez terms.file pour prendre celles de Veillée.",
                    "en": "Correct the file of rules, or remove terms.file to use those of Veillée.",
                },
            )
        )
    return gaps


def document(operator: Operator, terms: Terms, *, name: str, url: str) -> dict[str, Any]:
    """`/.well-known/dsa.json`: identity and points of contact for machines."""
    return {
        "service": {"name": name, "url": url, "software": "Veillée"},
        "fictitious": operator.fictitious,
        "operator": {
            "name": operator.name,
            "address": operator.address,
            "phone": operator.phone,
            "email": operator.email,
            "registration": operator.registration or None,
            "publication_director": operator.publication_director,
        },
        "host": {"name": operator.host_name, "address": operator.host_address, "phone": operator.host_phone},
        "contacts": {
            "authorities": {"email": operator.authorities_email, "languages": list(operator.languages)},
            "users": {
                "email": operator.users_email,
                "phone": operator.users_phone or None,
                "form": f"{url}/signaler",
                "human": True,
            },
        },
        "terms": {"version": terms.version, "since": terms.since, "url": f"{url}/legal/terms.json"},
        "tools": f"{url}/legal/tools",
        "transparency": f"{url}/transparence",
        "notice_form": f"{url}/signaler",
    }


def _given(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and not value.strip().upper().startswith(("TODO", "À REMPLIR", "A REMPLIR"))
    return bool(value)
