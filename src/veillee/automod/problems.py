"""What is wrong with packs, and what to do about it: told all at once, each with its line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a pack, where, and what to do."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.remedy}"


class RulesetInvalid(ValueError):
    """The packs cannot be used; `problems` has one entry for everything that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def closest(word: str, known: Any) -> str:
    """A remedy that names the nearest thing that exists."""
    near = difflib.get_close_matches(word, [str(k) for k in known], n=1)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(str(k) for k in known)[:24])}"
