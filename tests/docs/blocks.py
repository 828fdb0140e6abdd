"""The fenced blocks of every document: where they stand, what language, what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests.architecture.tree import ROOT


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: `path` relative to the tree, 1-based `line` of its fence, `language` as written after it."""

    path: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def documents() -> list[Path]:
    """README and its neighbours, everything under docs/, and the notes of the next changelog."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")])


def blocks() -> list[Block]:
    """Every block of every document, in order; an indented block has the language ''."""
    found = []
    for path in documents():
        for token in MarkdownIt("commonmark").parse(path.read_text(encoding="utf-8")):
            if token.type in {"fence", "code_block"}:
                line = (token.map or [0])[0] + 1
                language = token.info.split()[0] if token.info.strip() else ""
                found.append(Block(str(path.relative_to(ROOT)), line, language, token.content))
    return found
