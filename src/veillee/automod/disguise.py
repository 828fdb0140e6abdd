"""A lowered text read as it was meant: leet, stars, spaced, dotted and repeated letters undone, short spelling told.

Each word that comes out knows the places of the lowered text that it came from, in order.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import re2

from veillee.automod.letters import LEET, WORDS
from veillee.automod.spelling import Lexicon

Word = tuple[str, Sequence[int]]
"""A word, and for each of its characters a place in the lowered text."""

_STARS = "*#%&"
_LONGEST_LEET = 24
_MOST_UNDONE = 120
"""Different disguised chunks undone in one text: nobody may buy the time of the house with a wall of signs."""
_CHUNK = re.compile(r"\S+")
_TRIPLE = re.compile(r"(.)\1\1")
_EDGES = '.,!?;:"()[]{}<>-_~'
_MARKS = '.!;?"'
_RUN = re.compile(r"[.!?,;]{2,}(?=\w)|'+")
_ELIDED = re.compile(r"[^\w]*[a-z]+(?:['-][a-z]+)*[^\w]*")
_SIGN = re.compile(r"[0-9@$]")
_LETTER = re.compile("[a-z]")
_HEAVY = 2
"""Words with letters and signs in them from which a line is taken to be written so all through."""
_ALONE = {"1": "i", "4": "a", "7": "t", "@": "a"}
_COUNTED = re.compile(r"\d+[a-z]+\d*")
_TAIL_LEET = frozenset("0134578$@")

_MASKED = re2.Set.SearchSet()
for _pattern in (
    r"[a-z][^a-z\s'\-][^a-z\s]*[a-z]",  # n1que, p*te, p.u.t.e
    r"(?:^|\s)[0-9$@][a-z]{3}",  # 5alope
    r"[a-z]{2}[0-9$@](?:\W|$)",  # negr0
    r"(?:^|\W)[a-z](?:[\s.\-_*,/|~'+]+[a-z0-9@$]){2,}(?:\W|$)",  # p u t e
    r"[a-z]{1,2}-[a-z]{1,2}-[a-z]{1,2}",  # p-u-te
    "|".join(f"{letter}{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),  # puuute
):
    _MASKED.Add(_pattern)
_MASKED.Compile()


def masked(lower: str) -> bool:
    """Whether something in a lowered text looks disguised."""
    return _MASKED.Match(lower.encode() if lower.isascii() else lower) is not None


def read(lower: str, lexicon: Lexicon) -> tuple[list[Word], list[Word]]:
    """The words that a lowered text means, marks of sentences and quotation among them: with disguises undone, and
    with short spelling told in full too (the same list where there is none)."""
    words: list[Word] = []
    singles: list[Word] = []
    known = lexicon.known
    made: set[int] = set()
    heavy = not lexicon.empty and _heavy(lower)
    seen_before: dict[str, list[tuple[str, list[int]]]] = {}

    def close() -> None:
        if len(singles) >= 3 and sum(word.isalpha() for word, _ in singles) >= 2:
            made.update(places[0] for _, places in singles[1:])
            words.extend(_joined(singles, lexicon))
        else:
            words.extend(singles)
        singles.clear()

    for found in _CHUNK.finditer(lower):
        chunk, start = found[0], found.start()
        if len(chunk) > 1 and (chunk in known or (chunk.isalpha() and not _TRIPLE.search(chunk))):
            close()
            words.append((chunk, range(start, start + len(chunk))))
            continue
        if len(chunk) == 1 and (chunk.isalnum() or chunk in _MARKS) and not (heavy and chunk in _ALONE):
            if chunk in _MARKS:
                close()
                words.append((WORDS[ord(chunk)].strip(), (start,)))
            else:
                singles.append((chunk, (start,)))
            continue
        before = seen_before.get(chunk)
        if before is None and len(seen_before) >= _MOST_UNDONE:
            close()
            words.extend(_plain(chunk, start))
            continue
        if before is None:
            fresh = [word for at, part in _parts(chunk) for word in _chunk(part, at, lexicon, heavy)]
            before = seen_before[chunk] = [(word, list(places)) for word, places in fresh]
        seen = [(word, [start + at for at in places]) for word, places in before]
        if len(seen) > 1 and not _ELIDED.fullmatch(chunk):
            made.update(places[0] for _, places in seen)
        for word in seen:
            if len(word[0]) == 1 and word[0] not in _MARKS:
                singles.append(word)
            else:
                close()
                words.append(word)
    close()
    if lexicon.empty:
        return words, words
    words = _mended(words, lexicon)
    spelt = _spelt(words, lexicon, lower, made)
    return words, spelt if len(spelt) != len(words) or spelt != words else words


def _heavy(lower: str) -> bool:
    """Whether so many words mix letters and signs that the line is written so all through."""
    mixed = 0
    for chunk in lower.split():
        if not chunk.isalpha() and _SIGN.search(chunk) and _LETTER.search(chunk):
            mixed += 1
            if mixed >= _HEAVY:
                return True
    return False


def _parts(chunk: str) -> list[tuple[int, str]]:
    """A chunk cut after every run of marks that ends a sentence inside it (`non...oui!!si`), and at apostrophes."""
    if not _RUN.search(chunk):
        return [(0, chunk)]
    out, at = [], 0
    for run in _RUN.finditer(chunk):
        out.append((at, chunk[at : run.start() if run[0][0] == "'" else run.end()]))
        at = run.end()
    out.append((at, chunk[at:]))
    return [part for part in out if part[1]]


def _joined(singles: list[Word], lexicon: Lexicon) -> list[Word]:
    """Letters that stand alone as the words they spell; a wider gap than the narrowest is the end of a word."""
    gaps = [after[1][0] - before[1][-1] for before, after in itertools.pairwise(singles)]
    narrow = min(gaps)
    runs: list[list[Word]] = [[singles[0]]]
    for gap, single in zip(gaps, singles[1:], strict=True):
        if gap > narrow:
            runs.append([])
        runs[-1].append(single)
    words: list[Word] = []
    for run in runs:
        pairs = [(LEET.get(word, word), places[0]) for word, places in run]
        word, places = _squeezed(pairs)
        at = 0
        for piece in lexicon.segmented(word):
            words.append((piece, places[at : at + len(piece)]))
            at += len(piece)
    return words


def _chunk(chunk: str, start: int, lexicon: Lexicon, heavy: bool) -> list[Word]:
    """One run without spaces as words: marks at its ends kept, separators joined, leet and stars read."""
    bare = chunk.strip(_EDGES)
    head = chunk.index(bare) if bare else len(chunk)
    before = _marks(chunk[:head], start)
    if not bare:
        return before
    after = _marks(chunk[head + len(bare) :], start + head + len(bare))
    start += head
    if len(bare) > 1 and bare.isalpha() and not _TRIPLE.search(bare):
        return [*before, (bare, range(start, start + len(bare))), *after]
    if not lexicon.empty and (whole := _whole(bare, start, lexicon, heavy)) is not None:
        return [*before, whole, *after]
    meant: list[Word] = []
    for pairs in _pieces(bare, start):
        word = _squeezed(pairs)
        healed = lexicon.healed(word[0])
        meant.append(_stretched(healed, word[1]) if healed != word[0] else word)
    if not lexicon.empty and not all(word in lexicon.known for word, _ in meant):
        plain = _plain(bare, start)
        if len(plain) > len(meant) and any(len(word) > 3 for word, _ in plain):  # `fini.demain`: two words
            meant = plain
    return [*before, *meant, *after]


def _whole(chunk: str, start: int, lexicon: Lexicon, heavy: bool) -> Word | None:
    """A chunk of letters and signs as the one word it spells, if it does; `15ans` as it is."""
    if len(chunk) > _LONGEST_LEET or not any(c in LEET for c in chunk):
        return None
    if heavy and chunk in _ALONE:
        return _ALONE[chunk], (start,)
    letters = "".join([c if c.isalpha() else LEET.get(c, " ") for c in chunk])
    if " " not in letters and (heavy or not chunk.isdigit()):
        word, places = _squeezed([(letter, start + at) for at, letter in enumerate(letters)])
        healed = lexicon.healed(word)
        if healed in lexicon.known or (heavy and not chunk.isdigit() and not _COUNTED.fullmatch(chunk)):
            return _stretched(healed, places)
    if _COUNTED.fullmatch(chunk):
        return chunk, range(start, start + len(chunk))
    return None


def _marks(signs: str, start: int) -> list[Word]:
    return [(WORDS[ord(sign)].strip(), (start + at,)) for at, sign in enumerate(signs) if sign in _MARKS]


def _plain(chunk: str, start: int) -> list[Word]:
    """The words of a chunk with nothing undone but what stands between them."""
    words: list[Word] = []
    began = -1
    for at, sign in enumerate(f"{chunk} "):
        mapped = WORDS[ord(sign)]
        if mapped == sign and sign != " ":
            if began < 0:
                began = at
            continue
        if began >= 0:
            words.append((chunk[began:at], range(start + began, start + at)))
            began = -1
        if mapped.strip():
            words.append((mapped.strip(), (start + at,)))
    return words


def _pieces(chunk: str, start: int) -> list[list[tuple[str, int]]]:
    """One run without spaces as words of (character, place): separators joined, leet and stars read."""
    letters = [index for index, c in enumerate(chunk) if c.isalpha()]
    if not letters:
        return [list(zip(word, places, strict=True)) for word, places in _plain(chunk, start)]
    first, last = letters[0], letters[-1]
    if first == 1 and chunk[0] in LEET and len(letters) >= 3 and (chunk[0].isdigit() or chunk[0] in "$@"):
        first = 0
    if last == len(chunk) - 2 and chunk[-1] in _TAIL_LEET and (len(letters) >= 2 or chunk[-1] in "34@"):
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
        elif character in LEET:
            words[-1].append((LEET[character], start + index))
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
    return "".join([c for c, _ in out]), [at for _, at in out]


def _stretched(word: str, places: Sequence[int]) -> Word:
    """Another word in the same place: its ends are the ends, what lies between follows in order."""
    last = len(places) - 1
    if len(word) == len(places):
        return word, places
    return word, [places[0], *(places[min(at, last)] for at in range(1, len(word) - 1)), places[-1]][: len(word)]


def _mended(words: list[Word], lexicon: Lexicon) -> list[Word]:
    """Words in two pieces put together, and slips of long words undone."""
    out: list[Word] = []
    for at, (word, places) in enumerate(words):
        if out:
            before, started = out[-1]
            if lexicon.parted(before, word) and not (
                before in lexicon.known and at + 1 < len(words) and lexicon.parted(word, words[at + 1][0])
            ):  # `ta gue ule`: the piece that is a word stays one
                out[-1] = (before + word, [*started, *places])
                continue
        meant = lexicon.slips.get(word)
        out.append((word, places) if meant is None else _stretched(meant, places))
    return out


def _spelt(words: list[Word], lexicon: Lexicon, lower: str, made: set[int]) -> list[Word]:
    """Short spelling as what it stands for; left are units after a number, letters before an apostrophe, and words
    that begin at one of the places `made` up."""
    out: list[Word] = []
    at, phrases = 0, lexicon.phrases
    while at < len(words):
        word, places = words[at]
        took = 0
        elided = places[0] in made or (len(word) == 1 and lower[places[-1] + 1 : places[-1] + 2] == "'")
        if word in phrases and not elided and not (word in lexicon.units and out and _counts(out[-1][0], lexicon)):
            for rest, meaning in phrases[word]:
                if rest == tuple([following for following, _ in words[at + 1 : at + 1 + len(rest)]]):
                    took = 1 + len(rest)
                    spread = [*places, *(place for _, more in words[at + 1 : at + took] for place in more)]
                    out.extend(_told(meaning, spread))
                    break
        if not took:
            out.append((word, places))
        at += took or 1
    return out


def _told(meaning: tuple[str, ...], places: list[int]) -> list[Word]:
    """Every word of what was meant, in the place of all that was typed."""
    first, last = places[0], places[-1]
    end = len(meaning) - 1
    return [
        (word, [first] * (len(word) - 1) + [last if at == end else first]) if len(word) > 1 else (word, [first])
        for at, word in enumerate(meaning)
    ]


def _counts(word: str, lexicon: Lexicon) -> bool:
    return word[-1:].isdigit() or word in lexicon.articles
