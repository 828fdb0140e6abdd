"""What is said: everyday sentences of one length, so that every server carries the same bytes."""

from __future__ import annotations

from pathlib import Path

from veillee.cli.people import SENTENCES

MESSAGE_BYTES = 120
"""A message as it is said, its number included."""
_NUMBER = len(" ~1234567")


def texts(size: int = MESSAGE_BYTES) -> list[str]:
    """Sixty sentences, each with the beginning of another, of `size` bytes once the load has added a number."""
    return [
        _fitted(first, second, size - _NUMBER)
        for distance in range(1, len(SENTENCES))
        for first, second in zip(SENTENCES, SENTENCES[distance:] + SENTENCES[:distance], strict=True)
    ]


def _fitted(first: str, second: str, size: int) -> str:
    """The first text, then words of the second for as long as there is room; full stops fill what is left."""
    said = first
    for word in second.split():
        longer = f"{said} {word}"
        if len(longer.encode()) > size:
            break
        said = longer
    return said + "." * (size - len(said.encode()))


def write_texts(path: Path, size: int = MESSAGE_BYTES) -> Path:
    """Write them to a file, one a line; answers the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(texts(size)) + "\n", "utf-8")
    return path
