"""From what was typed to what is meant: a skeleton of plain words, with the way back to the original characters.

Three views of one text:

* `lower`: lower case, accents and look-alikes undone, invisible characters gone, punctuation kept;
* `words`: ` the words between single spaces ` with `.`, `?`, `"` and currency signs as tokens of their own;
* `unmasked`: `words` again after undoing leet, spaced and dotted letters, stars and repeated letters, and with short
  spelling told in full; only where the text shows a sign of such.

Views are made in passes of C; the offset maps back are made only when something matched, by the same tables.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from veillee.automod import disguise
from veillee.automod.letters import MARKS, PLAIN, lowered, spaced
from veillee.automod.spelling import EMPTY, Lexicon


class Skeleton:
    """One text and its views. Offsets are half-open and count characters. With `split_names` the text is a pseudonym:
    `NiceCat42` is read as `nice cat 42`. `lexicon` has the words of the packs."""

    def __init__(self, text: str, split_names: bool = False, lexicon: Lexicon = EMPTY) -> None:
        self.text = text
        self.split_names = split_names
        self.lexicon = lexicon
        self.lower = "".join(self._pieces) if split_names else lowered(text)
        self.tokens = spaced(self.lower)
        self.words = f" {' '.join(self.tokens)} "
        self.masked = disguise.masked(self.lower)
        """Whether something in the text looks disguised."""

    def differs(self, spelt: bool = False) -> bool:
        """Whether `unmasked` has anything that `words` has not; `spelt` says that a short spelling was seen."""
        lexicon = self.lexicon
        if spelt or self.masked or lexicon.lettered(self.tokens, self.lower) or lexicon.doubted(self.tokens):
            return self.unmasked != self.words
        return False

    @cached_property
    def unmasked(self) -> str:
        """`words` with disguises and short spelling undone; equals `words` where there are none."""
        if not self.masked and self.lexicon.empty:
            return self.words
        return f" {' '.join([word for word, _ in self._read[1]])} "

    @cached_property
    def undone(self) -> str:
        """`unmasked` without the short spelling told: what packs that write it themselves look for."""
        undone, spelt = self._read
        return self.unmasked if undone is spelt else f" {' '.join([word for word, _ in undone])} "

    @cached_property
    def _read(self) -> tuple[list[disguise.Word], list[disguise.Word]]:
        return disguise.read(self.lower, self.lexicon)

    @cached_property
    def _pieces(self) -> list[str]:
        """For each original character, what it became in `lower`."""
        pieces = [PLAIN[ord(c)] for c in self.text]
        if not self.split_names:
            return pieces
        before = ""
        for index, character in enumerate(self.text):
            turns = (before.islower() and character.isupper()) or (before.isalpha() and character.isdigit())
            if turns and pieces[index]:
                pieces[index] = f" {pieces[index]}"
            before = character
        return pieces

    @cached_property
    def _lower_origin(self) -> Sequence[int]:
        if not self.split_names and self.text.isascii():
            return range(len(self.lower))
        return [index for index, piece in enumerate(self._pieces) for _ in piece]

    @cached_property
    def _words_origin(self) -> list[int]:
        """For each character of `words`, the original character it came from."""
        origin, lower, at = self._lower_origin, self.lower, 0
        out = [0]
        for token in self.tokens:
            if token in MARKS:
                at = min(where for sign in MARKS[token] if (where := lower.find(sign, at)) >= 0)
            else:
                at = lower.index(token, at)
            after = at + len(token)
            out.extend(origin[at:after])
            out.append(origin[min(after, len(lower) - 1)])
            at = after
        if not self.tokens:
            out.append(max(0, len(self.text) - 1))
        return out

    @cached_property
    def _unmasked_origin(self) -> list[int]:
        """For each character of `unmasked`, the original character it came from."""
        if not self.masked and self.lexicon.empty:
            return self._words_origin
        return self._origins(self._read[1])

    @cached_property
    def _undone_origin(self) -> list[int]:
        return self._origins(self._read[0])

    def _origins(self, words: list[disguise.Word]) -> list[int]:
        origin, back = self._lower_origin, [0]
        for _, places in words:
            back.extend([origin[place] for place in places])
            back.append(back[-1])
        if len(back) == 1:
            back.append(max(0, len(self.text) - 1))
        return back

    def origin(self, view: str) -> Sequence[int]:
        """For each character of a view, the original character it came from, in order."""
        if view == "lower":
            return self._lower_origin
        if view == "undone":
            return self._undone_origin
        return self._unmasked_origin if view == "unmasked" else self._words_origin

    def span(self, start: int, end: int, view: str = "words") -> tuple[int, int]:
        """The original characters that `view[start:end]` stands for; outer spaces of the view are left out."""
        text: str = getattr(self, view)
        while start < end and text[start] == " ":
            start += 1
        while end > start and text[end - 1] == " ":
            end -= 1
        if start == end:
            return (0, 0)
        origin = self.origin(view)
        first, last = origin[start], origin[end - 1] + 1
        while last < len(self.text) and not PLAIN[ord(self.text[last])]:
            last += 1
        return (first, last)

    def place(self, at: int, view: str = "words") -> int:
        """The place in a view of an original character: the way there, for what was found in another view."""
        origin = self.origin(view)
        return min(bisect_left(origin, at), len(origin) - 1)


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
    return " ".join(spaced(lowered(text)))
