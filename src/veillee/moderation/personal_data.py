"""What must not leave the house in a text that goes to the EU database: e-mail, address, phone, pseudonym, id.

Pure. DSA art. 24(5): statements of reasons sent to the Commission hold no personal data (LAW.md §8.3, test 9). It
errs on the side of refusing: a refused text goes back to a person.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]{2,}")
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w:])"
)
_PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[ .\-/()]{0,2}\d){8,14}(?!\w)")
_IDENTIFIER = re.compile(
    r"\b(?:[0-9A-HJKMNP-TV-Z]{26}|(?=[A-Z]*\d)(?=\d*[A-Z])[0-9A-HJKMNP-TV-Z]{12}|[0-9a-f]{16,}"
    r"|[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4,5}){3,5})\b"
)
_SHORT = 4
"""A pseudonym under four letters is also a word: it counts only as it is written, capitals included."""


def kinds(text: str, names: Iterable[str] = ()) -> list[str]:
    """What a text holds, of `email address phone identifier pseudonym`; `names` are pseudonyms and ids to look for."""
    found = []
    if _EMAIL.search(text):
        found.append("email")
    if any(_is_address(match[0]) for match in _ADDRESS.finditer(text)):
        found.append("address")
    if _PHONE.search(text):
        found.append("phone")
    if _IDENTIFIER.search(text):
        found.append("identifier")
    if any(_names(text, name) for name in names if name):
        found.append("pseudonym")
    return found


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.rstrip("."))
    except ValueError:
        return False
    return True


def _names(text: str, name: str) -> bool:
    flags = re.IGNORECASE if len(name) >= _SHORT else re.NOFLAG
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags) is not None
