"""Disguised writing: how much of what is found plainly is still found in each of thirteen forms, and what clean talk
in the same forms costs.

    .venv/bin/python -m bench.moderation.forms [--data FOLDER] [--show N] [--only FORM]

Plain detections are the packs' own `must_catch` lines and the harmful rows of `../shared/data` that are flagged as
they stand; clean lines are its clean sets. Where the folder is absent, only the packs' lines are measured. Forms
change whole lines; every word of at least four letters where a form concerns words.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections.abc import Callable
from pathlib import Path

from bench.moderation import sets
from veillee.automod.engine import Engine
from veillee.automod.ruleset import load
from veillee.model.verdict import Action, Facts
from veillee.outside import packs

_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_SOME_LEET = str.maketrans("aeioAEIO", "@310@310")
_CYRILLIC = str.maketrans("aceopxyijsACEOPXHKMTB", "асеорхуіјѕАСЕОРХНКМТВ")
_VOWELS = "aeiouyàâéèêëîïôöûùü"
_WORD = re.compile(r"[^\W\d_]{4,}")
_LONG = re.compile(r"[^\W\d_]{6,}")
_BARE = str.maketrans("àâäéèêëîïôöûùüçÀÂÉÈÊÎÔÛÇ", "aaaeeeeiioouuucAAEEEIOUC")


def _words(change: Callable[[str], str], pattern: re.Pattern[str] = _WORD) -> Callable[[str], str]:
    """A form that changes every long word by itself."""
    return lambda text: pattern.sub(lambda found: change(found[0]), text)


def _starred(word: str) -> str:
    """The first vowel after the first letter as a star."""
    for at in range(1, len(word) - 1):
        if word[at].lower() in _VOWELS:
            return word[:at] + "*" + word[at + 1 :]
    return word


def _repeated(word: str) -> str:
    """The last vowel inside three times more."""
    for at in range(len(word) - 1, 0, -1):
        if word[at].lower() in _VOWELS:
            return word[:at] + word[at] * 4 + word[at + 1 :]
    return word


def _swapped(word: str) -> str:
    """Two letters in the middle changed places."""
    at = len(word) // 2
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


def _halved(word: str) -> str:
    at = len(word) // 2
    return f"{word[:at]} {word[at:]}"


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


FORMS: dict[str, Callable[[str], str]] = {
    "leet": lambda text: text.translate(_LEET if zlib.crc32(text.encode()) % 2 else _SOME_LEET),
    "look-alikes": lambda text: text.translate(_CYRILLIC),
    "zero-width": _words("\u200b".join),
    "dots": _words(".".join),
    "spaces": _words(" ".join),
    "starred vowel": _words(_starred),
    "repeats": _words(_repeated),
    "full width": _full_width,
    "combining": _words("\u0335".join),
    "no accents": lambda text: text.translate(_BARE),
    "upper case": str.upper,
    "swapped letters": _words(_swapped, _LONG),
    "split words": _words(_halved, _LONG),
}
"""What each form makes of a line."""


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=sets.DATA)
    parser.add_argument("--show", type=int, default=0, help="print that many lost and that many wrongly flagged lines")
    parser.add_argument("--only", metavar="FORM", help="one form")
    args = parser.parse_args()
    ruleset = load(packs.shipped())
    engine = Engine(ruleset)

    def flagged(text: str) -> bool:
        return engine.screen(Facts(text))[0].action is not Action.ALLOW

    own = [text for rule in ruleset.rules for text in rule.must_catch if flagged(text)]
    rows: list[str] = []
    clean: list[str] = []
    names = sets.present(args.data)
    if not names:
        print(f"no sets in {args.data}: only the packs' own lines are measured")
    for name in names:
        for row in sets.read(name, args.data):
            if row.harmful and flagged(row.text):
                rows.append(row.text)
            elif not row.harmful and name.startswith("clean_"):
                clean.append(row.text)
    plainly = sum(map(flagged, clean))
    print(
        f"plain: {len(own)} lines of packs, {len(rows)} harmful rows, {plainly} of {len(clean)} clean lines flagged\n"
    )
    print("| form | kept of packs' lines | kept of harmful rows | clean lines flagged |\n|---|---|---|---|")
    shown: list[str] = []
    for form, change in FORMS.items():
        if args.only and args.only != form:
            continue
        lost = [text for text in own if not flagged(change(text))]
        missed = [text for text in rows if not flagged(change(text))]
        wrong = [text for text in clean if flagged(change(text))]
        print(
            f"| {form} | {_share(len(own) - len(lost), len(own))} | {_share(len(rows) - len(missed), len(rows))} | "
            f"{100 * len(wrong) / max(1, len(clean)):.2f} % |",
            flush=True,
        )
        for what, texts in (("lost", lost), ("missed", missed), ("wrong", wrong)):
            shown += [f"{form}: {what}: {change(text)[:150]!r}" for text in texts[: args.show]]
    print("\n".join(shown))
    return 0


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "·"


if __name__ == "__main__":
    raise SystemExit(main())
