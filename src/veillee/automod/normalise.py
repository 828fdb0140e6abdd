"""From what was typed to what is meant: a skeleton of plain words, with the way back to the original characters.

Three views of one text:

* `lower`: lower case, accents and look-alikes undone, invisible characters gone, punctuation kept;
* `words`: ` the words between single spaces ` with `.`, `?`, `"` and currency signs as tokens of their own;
* `unmasked`: `words` again after undoing leet, spaced and dotted letters, stars and repeated letters; only where the
  text shows a sign of such disguise.

Every view is made in one pass in C; the offset map back is made only when something matched, by the same tables.
Sources: Unicode confusables (through `confusable-homoglyphs`), NFKD decompositions and character names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import re2
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


_PLAIN = _Table(_plain)
_WORDS = _Table(_word)
for _code in range(0x250):
    _ = _PLAIN[_code], _WORDS[_code]

_MASKED = re2.compile(
    "|".join(
        [
            r"[a-z][^a-z\s'\-][^a-z\s]*[a-z]",  # n1que, p*te, p.u.t.e
            r"(?:^|\s)[0-9$@][a-z]{3}",  # 5alope
            r"[a-z]{2}[0-9$@](?:\W|$)",  # negr0
            r"(?:^|\W)[a-z](?:[\s.\-_*,/|~'+]+[a-z0-9@$]){2,}(?:\W|$)",  # p u t e
            r"[a-z]{1,2}-[a-z]{1,2}-[a-z]{1,2}",  # p-u-te
            *(f"{letter}{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),  # puuute
        ]
    )
)
_LEET = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "€": "e", "£": "l", "(": "c", "¢": "c", "¥": "y",
}  # fmt: skip
_STARS = "*#%&"
_CHUNK = re.compile(r"\S+")
_TRIPLE = re.compile(r"(.)\1\1")
_EDGES = '.,!?;:"()[]{}<>-_~'


@dataclass(frozen=True)
class Skeleton:
    """One text and its views. Offsets are half-open and count characters."""

    text: str
    split_names: bool = False
    """A pseudonym: `NiceCat42` is read as `nice cat 42`."""

    @cached_property
    def lower(self) -> str:
        """Lower case, no accents, no look-alikes, punctuation kept."""
        if self.split_names:
            return "".join(self._pieces)
        return self.text.lower() if self.text.isascii() and "\r" not in self.text else self.text.translate(_PLAIN)

    @cached_property
    def words(self) -> str:
        """` word word . word `: what terms and patterns are looked for in."""
        return f" {' '.join(self.lower.translate(_WORDS).split())} "

    @cached_property
    def masked(self) -> bool:
        """Whether something in the text looks disguised."""
        return _MASKED.search(self.lower) is not None

    @cached_property
    def unmasked(self) -> str:
        """`words` with leet, stars, spaced and repeated letters undone; equals `words` where nothing was masked."""
        if not self.masked:
            return self.words
        return f" {' '.join(word for word, _ in self._unmasked_words)} " if self._unmasked_words else " "

    def fill(self, starred: Mapping[str, str]) -> None:
        """Put the words that stars hide into `unmasked`: `starred` maps `p*te` to a word as long."""
        if "*" in self.unmasked:
            seen = self.unmasked.split()
            self.__dict__["unmasked"] = f" {' '.join(starred.get(w, w) for w in seen)} "

    @cached_property
    def _pieces(self) -> list[str]:
        """For each original character, what it became in `lower`."""
        pieces = [_PLAIN[ord(c)] for c in self.text]
        if not self.split_names:
            return pieces if not (self.text.isascii() and "\r" not in self.text) else list(self.text.lower())
        before = ""
        for index, character in enumerate(self.text):
            turns = (before.islower() and character.isupper()) or (before.isalpha() and character.isdigit())
            if turns and pieces[index]:
                pieces[index] = f" {pieces[index]}"
            before = character
        return pieces

    @cached_property
    def _lower_origin(self) -> list[int]:
        return [index for index, piece in enumerate(self._pieces) for _ in piece]

    @cached_property
    def _words_origin(self) -> list[int]:
        """For each character of `words`, the original character it came from."""
        origin = self._lower_origin
        out = [0]
        gap = True
        for index, character in enumerate(self.lower):
            for mapped in _WORDS[ord(character)]:
                if mapped.isspace():
                    if not gap:
                        out.append(origin[index])
                        gap = True
                else:
                    out.append(origin[index])
                    gap = False
        if not gap or len(out) == 1:
            out.append(max(0, len(self.text) - 1))
        return out

    @cached_property
    def _unmasked_words(self) -> list[tuple[str, Sequence[int]]]:
        """The unmasked words, each with the places in `lower` that its characters came from."""
        words: list[tuple[str, Sequence[int]]] = []
        singles: list[tuple[str, Sequence[int]]] = []

        def close() -> None:
            if len(singles) >= 3 and sum(word.isalpha() for word, _ in singles) >= 2:
                pairs = [(_LEET.get(word, word), places[0]) for word, places in singles]
                words.append(_squeezed(pairs))
            else:
                words.extend(singles)
            singles.clear()

        for found in _CHUNK.finditer(self.lower):
            chunk, start = found[0], found.start()
            bare = chunk.strip(_EDGES)
            if len(bare) > 1 and bare.isalpha() and not _TRIPLE.search(bare):  # nothing to undo: most words
                close()
                start += chunk.index(bare)
                words.append((bare, range(start, start + len(bare))))
                continue
            for pairs in _unmask_chunk(chunk, start):
                if len(pairs) == 1:
                    singles.append((pairs[0][0], (pairs[0][1],)))
                else:
                    close()
                    words.append(_squeezed(pairs))
        close()
        return words

    @cached_property
    def _unmasked_origin(self) -> list[int]:
        """For each character of `unmasked`, the original character it came from."""
        origin, back = self._lower_origin, [0]
        for _, places in self._unmasked_words:
            back.extend(origin[place] for place in places)
            back.append(back[-1])
        return back

    def span(self, start: int, end: int, view: str = "words") -> tuple[int, int]:
        """The original characters that `view[start:end]` stands for; outer spaces of the view are left out."""
        text: str = getattr(self, view)
        while start < end and text[start] == " ":
            start += 1
        while end > start and text[end - 1] == " ":
            end -= 1
        if start == end:
            return (0, 0)
        if view == "lower":
            origin = self._lower_origin
        elif view == "unmasked" and self.masked:
            origin = self._unmasked_origin
        else:
            origin = self._words_origin
        first, last = origin[start], origin[end - 1] + 1
        while last < len(self.text) and not _PLAIN[ord(self.text[last])]:
            last += 1
        return (first, last)

    def place(self, at: int) -> int:
        """The place in `words` of an original character: the way there, for what was found in `lower`."""
        origin = self._words_origin
        low, high = 0, len(origin)
        while low < high:
            middle = (low + high) // 2
            if origin[middle] < at:
                low = middle + 1
            else:
                high = middle
        return min(low, len(origin) - 1)


def _unmask_chunk(chunk: str, start: int) -> list[list[tuple[str, int]]]:
    """One run without spaces as words of (character, place in `lower`): separators joined, leet and stars read."""
    letters = [index for index, c in enumerate(chunk) if c.isalpha()]
    if not letters:
        return [[(c, start + i) for i, c in enumerate(chunk) if c.isalnum()]] if any(map(str.isalnum, chunk)) else []
    first, last = letters[0], letters[-1]
    if first == 1 and chunk[0] in _LEET and len(letters) >= 3 and (chunk[0].isdigit() or chunk[0] in "$@"):
        first = 0
    if last == len(chunk) - 2 and chunk[-1] in "0134578$@" and (len(letters) >= 2 or chunk[-1] in "34@"):
        last = len(chunk) - 1
    hyphens = chunk.count("-")
    words: list[list[tuple[str, int]]] = [[]]
    if first > 0 and chunk[:first].strip("\"'([{<.,;:!?*_-"):
        words = [[(c, start + i) for i, c in enumerate(chunk[:first]) if c.isalnum()], []]
    for index in range(first, last + 1):
        character = chunk[index]
        if character.isalpha():
            words[-1].append((character, start + index))
        elif character in _STARS:
            words[-1].append(("*", start + index))
        elif character in _LEET:
            words[-1].append((_LEET[character], start + index))
        elif character == "'" or (character == "-" and hyphens < 2):
            words.append([])
        elif character.isalnum():
            words[-1].append((character, start + index))
    tail = [(c, start + last + 1 + i) for i, c in enumerate(chunk[last + 1 :]) if c.isalnum()]
    return [word for word in (*words, tail) if word]


def _squeezed(pairs: list[tuple[str, int]]) -> tuple[str, list[int]]:
    """The word with three or more of the same letter become one; two stay two, stars stay as many as they are."""
    out: list[tuple[str, int]] = []
    index = 0
    while index < len(pairs):
        after = index
        while after < len(pairs) and pairs[after][0] == pairs[index][0]:
            after += 1
        keep = 1 if after - index >= 3 and pairs[index][0].isalpha() else after - index
        out.extend(pairs[index : index + keep])
        index = after
    return "".join(c for c, _ in out), [at for _, at in out]


def skeleton(text: str) -> str:
    """What a name looks like: equal for names that could be taken for each other (`AIice`, `alice`, `а1ice`).

    Words stay apart by single spaces; letters of other scripts without a Latin look-alike stay as they are.
    """
    view = Skeleton(text)
    return view.unmasked.strip().replace("l", "i")


def look_alike(one: str, other: str) -> bool:
    """Whether two names could be taken for each other."""
    return skeleton(one).replace(" ", "") == skeleton(other).replace(" ", "")


def plain_words(text: str) -> str:
    """A term as it stands in `words`, without the outer spaces: how packs are read."""
    return Skeleton(text).words.strip()
