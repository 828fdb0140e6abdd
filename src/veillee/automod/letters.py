"""What one character stands for: the tables behind every view of a text.

`PLAIN` takes a typed character to lower case without accents or look-alikes; `WORDS` takes that to what stands between
words. Sources: Unicode confusables (through `confusable-homoglyphs`), NFKD decompositions and character names.
"""

from __future__ import annotations

import re
import unicodedata

from confusable_homoglyphs import confusables

_BY_HAND = {
    "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ẞ": "ss", "þ": "th", "Þ": "th", "ð": "d", "ı": "i",
    "ǫ": "q", "ɟ": "f",
    "ǝ": "e", "ə": "e", "ɐ": "a", "ɔ": "o", "ɯ": "m", "ʌ": "v", "ɹ": "r", "ʇ": "t", "ʞ": "k", "ƃ": "g",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "〝": '"', "〞": '"', "＂": '"',
    "’": "'", "‘": "'", "‚": "'", "‛": "'", "ʼ": "'", "´": "'", "‹": "'", "›": "'", "′": "'", "ʹ": "'",
    "。": ".", "·": ".", "•": ".", "‧": ".", "∙": ".", "⋅": ".", "、": ",", "؟": "?", "¿": "?", "¡": "!",
    "ㅤ": "", "ᅟ": "", "ᅠ": "", "ﾠ": "", "⠀": " ", "\n": "\n", "\r": "\n", "\t": " ",
    "α": "a", "β": "b", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
    "η": "n", "ω": "w", "γ": "y", "σ": "o", "µ": "u", "μ": "u",
    "а": "a", "в": "b", "е": "e", "ё": "e", "з": "3", "и": "u", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p",
    "с": "c", "т": "t", "у": "y", "х": "x", "ѕ": "s", "і": "i", "ј": "j", "ԁ": "d", "г": "r", "п": "n", "я": "r",
}  # fmt: skip
_NAMED = re.compile(r"(?:LATIN (?:CAPITAL |SMALL )?|SYMBOL )?LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH [A-Z ]+)?$")
_CACHED = 20_000
"""How many characters a table remembers: a text made of every character there is must not fill the memory."""


def _homoglyph(character: str) -> str | None:
    """The ASCII letter that a character is mistaken for, through a chain of at most three, or None."""
    seen = character
    for _ in range(3):
        candidates = [entry["c"] for entry in confusables.confusables_data.get(seen, ()) if len(entry["c"]) <= 2]
        plain = [c for c in candidates if c.isascii() and c.isalnum()]
        if plain:
            return str(plain[0]).lower()
        if not candidates:
            return None
        seen = candidates[0]
    return None


def _plain(character: str) -> str:
    """What one character stands for in `lower`: nothing, one character or several."""
    if character in _BY_HAND:
        return _BY_HAND[character]
    if character.isascii():
        return character.lower() if character.isprintable() else " "
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"}:
        return ""
    if category in {"Cs", "Cc", "Co", "Cn", "Zs", "Zl", "Zp"}:
        return "\n" if category in {"Zl", "Zp"} else " "
    if category == "Pd":
        return "-"
    folded = character.lower()
    if folded in _BY_HAND:
        return _BY_HAND[folded]
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    if bare.isascii() and bare.strip():
        return bare.lower()
    if len(bare) == 1 and bare.lower() in _BY_HAND:
        return _BY_HAND[bare.lower()]
    named = _NAMED.search(unicodedata.name(character, ""))
    if named and category[0] in "LS" and "LATIN" in unicodedata.name(character, "") + "LATIN" * (category == "So"):
        return named[1].lower()
    if category[0] in "LN":
        digit = unicodedata.digit(character, None)
        if digit is not None:
            return str(digit)
        return _homoglyph(character) or (bare.lower() if bare else folded)
    return " " if category[0] == "P" else character


def _word(character: str) -> str:
    """What one character of `lower` stands for in `words`."""
    if character in ".!;\n":
        return " . "
    if character in '?"':
        return f" {character} "
    if character.isalnum():
        return character
    return f" {character} " if unicodedata.category(character) == "Sc" else " "


class _Table(dict[int, str]):
    """A translation table that works out what it has not met yet."""

    def __init__(self, rule: object) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, codepoint: int) -> str:
        value: str = self._rule(chr(codepoint))  # type: ignore[operator]
        if len(self) < _CACHED:
            self[codepoint] = value
        return value


PLAIN = _Table(_plain)
WORDS = _Table(_word)
for _code in range(0x250):
    _ = PLAIN[_code], WORDS[_code]

LEET = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "€": "e", "£": "l", "(": "c", "¢": "c", "¥": "y",
}  # fmt: skip
"""Signs read as letters where a word is disguised."""


def _bytewise(table: _Table, singles: dict[str, int]) -> bytes:
    """A table for `bytes.translate` over Latin-1; 0 where a character does not become one character of ASCII."""
    out = bytearray(256)
    for code in range(256):
        whole = table[code]
        only = whole.strip() or whole[:1]
        if whole in singles:
            out[code] = singles[whole]
        elif len(whole) == 1 and only.isascii():
            out[code] = ord(only)
    return bytes(out)


MARKS = {".": ".!;\n", "?": "?", '"': '"'}
"""Marks that are words of their own, and the signs of a lowered text that they stand for."""
_MARKS = {" . ": 1, " ? ": 2, ' " ': 3}
_TYPED_WIDELY = tuple((sign, PLAIN[ord(sign)]) for sign in "’œ…–“”")
"""Beyond Latin-1, and in many lines."""
_LOWER_BYTES = _bytewise(PLAIN, {})
_WORD_BYTES = _bytewise(WORDS, _MARKS)


def lowered(text: str) -> str:
    """`text` through `PLAIN`: in one pass over bytes where every character of it is Latin-1 and stays one."""
    if not text.isascii():
        for sign, plain_sign in _TYPED_WIDELY:
            if sign in text:
                text = text.replace(sign, plain_sign)
    try:
        plain = text.encode("latin-1").translate(_LOWER_BYTES)
    except UnicodeEncodeError:
        return text.translate(PLAIN)
    return text.translate(PLAIN) if b"\0" in plain else plain.decode("ascii")


def spaced(lower: str) -> list[str]:
    """The words of a lowered text; marks of sentences and quotation are words of their own."""
    if lower.isascii():
        words = lower.encode("ascii").translate(_WORD_BYTES)
        if b"\0" not in words:
            if b"\1" in words:
                words = words.replace(b"\1", b" . ")
            if b"\2" in words:
                words = words.replace(b"\2", b" ? ")
            if b"\3" in words:
                words = words.replace(b"\3", b' " ')
            return words.decode("ascii").split()
    return lower.translate(WORDS).split()
