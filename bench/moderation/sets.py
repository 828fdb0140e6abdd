"""The public sets that detectors are measured on, with their split kept: rows, conversations, what is held out.

Nothing of them is copied here: they lie beside the tree (`../shared/data`, whose README has sources and licences), and
whoever has them not is told so.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HELD_OUT = 5
"""One row in so many is held out: never trained on, only measured."""

CLEAN = (
    "clean_fr_xpersona_valid", "clean_fr_parisstories_train", "clean_en_xpersona_valid", "clean_en_ubuntu_irc",
)  # fmt: skip
LABELLED = ("cad_train", "mlma_fr", "ftr_train", "davidson_en", "sms_spam_train")
_TRACES = re.compile(r"@\w+|https?://\S+|\bRT\b|\burl\b|&#\d+;", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a set: its text, 1 for harmful and 0 for clean, and where it stands in which conversation."""

    id: str
    text: str
    harmful: bool
    language: str
    conversation: str | None
    user: str | None
    categories: tuple[str, ...]

    @property
    def held_out(self) -> bool:
        """Whether this row is measured on and never trained on: decided by its conversation, or by its text."""
        key = self.conversation or " ".join(self.text.lower().split())
        return int(hashlib.sha256(key.encode()).hexdigest(), 16) % HELD_OUT == 0

    @property
    def bare(self) -> str:
        """The text without the traces of a tweet (names, links, `RT`): what a chat would show."""
        return " ".join(_TRACES.sub(" ", self.text.replace("&amp;", "&")).split())


def read(name: str, folder: Path = DATA) -> list[Row]:
    """The rows of a set in their order, ambiguous ones (label -1) left out. FileNotFoundError where it is absent."""
    rows = []
    for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        row = json.loads(line)
        if row["label"] not in (0, 1):
            continue
        rows.append(
            Row(
                row["id"], _unscrambled(row["text"]), row["label"] == 1, row["lang"],
                row.get("conv"), row.get("user"), tuple(row.get("categories", ())),
            )
        )  # fmt: skip
    return rows


def present(folder: Path = DATA) -> tuple[str, ...]:
    """The sets that lie in the folder, in the order of this page."""
    return tuple(name for name in (*CLEAN, *LABELLED) if (folder / f"{name}.jsonl").is_file())


def _unscrambled(text: str) -> str:
    """UTF-8 that was read as Latin-1 somewhere on its way, put right."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
