"""Passphrases on the command line: read from standard input, or made of six words."""

from __future__ import annotations

import sys

WORDS = 6
"""Six of 2,048 words: 66 bits."""


def given_or_made(language: str, *, stdin: bool) -> tuple[str, bool]:
    """The passphrase, and whether we made it (then it must be shown, once)."""
    if stdin:
        return sys.stdin.readline().rstrip("\n"), False
    import secrets

    from mnemonic import Mnemonic

    words = Mnemonic("english" if language == "en" else "french").wordlist
    return " ".join(secrets.choice(words) for _ in range(WORDS)), True
