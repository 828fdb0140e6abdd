"""Identifiers: message ids, secret codes, case numbers. Pure: time and randomness come in as arguments.

Sources: ULID (github.com/ulid/spec) for ids that sort by time; Crockford base32 for what people read aloud.
"""

from __future__ import annotations

from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
"""Two characters at a time: an identifier is made for every message."""
_DECODE = {c: c for c in ALPHABET} | {"O": "0", "I": "1", "L": "1"}
_CODE_LENGTH = 26
_CODE_GROUPS = (4, 4, 4, 4, 5, 5)


def crockford(number: int, length: int) -> str:
    """`number` as `length` Crockford base32 characters, most significant first."""
    out = []
    for _ in range(length + 1 >> 1):
        out.append(_PAIRS[number & 1023])
        number >>= 10
    out.reverse()
    return "".join(out)[-length:]


def ulid(at_ms: int, randomness: bytes) -> str:
    """A 26-character ULID of Unix milliseconds and ten random bytes."""
    if len(randomness) != 10:
        raise ValueError("a ULID takes ten random bytes")
    return crockford((at_ms << 80) | int.from_bytes(randomness, "big"), 26)


def secret_code(randomness: bytes) -> str:
    """128 bits as a code that a person can copy: Crockford base32 in groups, `7F3K-21AB-…`.

    It opens a case, a report or a statement for whoever holds it, and is never written to a log.
    """
    if len(randomness) != 16:
        raise ValueError("a secret code takes sixteen random bytes")
    flat = crockford(int.from_bytes(randomness, "big"), _CODE_LENGTH)
    parts, start = [], 0
    for size in _CODE_GROUPS:
        parts.append(flat[start : start + size])
        start += size
    return "-".join(parts)


def parse_code(text: str) -> str | None:
    """The canonical form of a code as typed (case, spaces, dashes, O/I/L forgiven), or None if it is none."""
    if len(text) > 64:
        return None
    flat = [_DECODE.get(c) for c in text.upper() if c not in "- \t"]
    if len(flat) != _CODE_LENGTH or None in flat:
        return None
    joined = "".join(c for c in flat if c)
    number = 0
    for c in joined:
        number = number << 5 | ALPHABET.index(c)
    if number >> 128:
        return None
    return secret_code(number.to_bytes(16, "big"))


def case_number(randomness: bytes) -> str:
    """A short number that people say aloud: `7F3K-21AB`, forty random bits. It opens nothing."""
    if len(randomness) != 5:
        raise ValueError("a case number takes five random bytes")
    flat = crockford(int.from_bytes(randomness, "big"), 8)
    return f"{flat[:4]}-{flat[4:]}"


_AT_ONCE = 64
"""Randomness for so many identifiers is drawn at a time: each draw is a system call that lets go of the interpreter."""


class Identifiers:
    """ULIDs that only grow, also within one millisecond (ULID spec, monotonicity) and when the clock steps back."""

    def __init__(self, clock: Callable[[], int], randomness: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._randomness = randomness
        self._last = 0
        self._pool = b""

    def __call__(self) -> str:
        """The next identifier."""
        if not self._pool:
            self._pool = self._randomness(10 * _AT_ONCE)
        drawn, self._pool = self._pool[:10], self._pool[10:]
        fresh = (self._clock() << 80) | int.from_bytes(drawn, "big")
        self._last = fresh if fresh >> 80 > self._last >> 80 else self._last + 1
        return crockford(self._last, 26)
