"""Pseudonyms: their form, the names nobody may take, and suggestions. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from veillee.automod.normalise import skeleton
from veillee.model.errors import Code, Refused
from veillee.protocol.limits import PSEUDONYM_CHARACTERS

_STAFF = (
    "admin", "administrateur", "administratrice", "administrator", "moderation", "moderateur", "moderatrice",
    "moderator", "modo", "equipe", "staff", "support", "operateur", "operator", "root", "system", "systeme",
    "veillee", "veilleur", "veilleuse", "police", "gendarmerie", "pharos", "anonymous", "everyone", "tous",
)  # fmt: skip

_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЗКМНОРСТУХ", "ABEZHIKMNOPTYXABE3KMHOPCTYX")
"""Greek and Cyrillic capitals that look Latin although their small letters do not (Μ is μ, Н is н)."""

_FIRST = {
    "fr": ("Lune", "Braise", "Sapin", "Comète", "Renard", "Écho", "Brume", "Galet", "Hibou", "Lierre", "Marée",
           "Noisette", "Orage", "Plume", "Rivière", "Saule", "Tison", "Violette", "Aubier", "Cannelle"),
    "en": ("Moon", "Ember", "Cedar", "Comet", "Fox", "Echo", "Mist", "Pebble", "Owl", "Ivy", "Tide", "Hazel", "Storm",
           "Feather", "River", "Willow", "Lantern", "Violet", "Maple", "Cinnamon"),
}  # fmt: skip


def normal_form(typed: str) -> str:
    """The pseudonym as it will be shown: NFC, outer spaces gone. Raises `nick_invalid` with what is allowed.

    Letters and digits of any script, combining marks (two in a row at most), `-` and `_`; 2 to 24 characters.
    """
    if len(typed) > 200:
        raise Refused(Code.NICK_INVALID)
    name = unicodedata.normalize("NFC", typed.strip())
    least, most = PSEUDONYM_CHARACTERS
    if not least <= len(name) <= most:
        raise Refused(Code.NICK_INVALID)
    marks = 0
    letters = 0
    for character in name:
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        letters += category[0] in "LN"
        if marks > 2 or (category[0] not in "LNM" and character not in "-_"):
            raise Refused(Code.NICK_INVALID)
    if letters < 2 or unicodedata.category(name[0])[0] == "M":
        raise Refused(Code.NICK_INVALID)
    return name


class Reserved:
    """Names that only staff may bear, whatever they look like: fixed ones and the staff's public pseudonyms."""

    def __init__(self) -> None:
        self._skeletons = {self.shape(name) for name in _STAFF}

    @staticmethod
    def shape(name: str) -> str:
        """What a name looks like: equal for names that could be taken for each other."""
        latin = name.translate(_CAPITALS)
        if latin.isascii() or any(c.isascii() and c.isalpha() for c in name):
            name = latin
        return "".join(c for c in skeleton(name) if c.isalnum())

    def add(self, pseudonym: str) -> None:
        """Keep a staff member's public pseudonym from guests."""
        self._skeletons.add(self.shape(pseudonym))

    def check(self, name: str) -> str:
        """The name's shape; raises `nick_reserved` if it is one of staff's, or if a part between `-` and `_` is, with
        digits at the end or without."""
        shape = self.shape(name)
        parts = [self.shape(part.rstrip("0123456789")) for part in name.replace("-", "_").split("_")]
        whole = self.shape(name.rstrip("0123456789_-"))
        if not self._skeletons.isdisjoint([shape, whole, *parts]):
            raise Refused(Code.NICK_RESERVED)
        return shape


def suggestion(pick: Callable[[int], int], language: str = "fr") -> str:
    """A pseudonym to start with, such as `Lune42`; `pick(n)` answers a random number below n."""
    words = _FIRST["fr" if language.startswith("fr") else "en"]
    return f"{words[pick(len(words))]}{pick(90) + 10}"


def variant(name: str, pick: Callable[[int], int]) -> str:
    """Another pseudonym close to a taken one."""
    return f"{name[: PSEUDONYM_CHARACTERS[1] - 3].rstrip('0123456789')}{pick(900) + 100}"
