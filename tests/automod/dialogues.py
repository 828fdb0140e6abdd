"""Conversations written as lines, and what the engine says of them turn by turn.

A line is `[34/14] a: first turn | b: second turn`: the ages that a and b declared (either may be missing), then turns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from veillee.automod.engine import Engine
from veillee.automod.state import Memory
from veillee.model.verdict import Facts, Persona, Verdict

FOLDER = Path(__file__).parent / "conversations"
_AGES = re.compile(r"^\[(\d*)/(\d*)\] *")
START = 1_795_464_878.0
"""A day of November 2026, Unix seconds."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Who says what, and which ages they declared."""

    turns: tuple[tuple[str, str], ...]
    ages: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, line: str) -> Dialogue:
        """From one line; ValueError for what is none."""
        ages = _AGES.match(line)
        declared = tuple((who, int(age)) for who, age in zip("ab", ages.groups(), strict=True) if age) if ages else ()
        turns = []
        for part in line[ages.end() if ages else 0 :].split(" | "):
            who, colon, text = part.partition(": ")
            if not colon or who not in ("a", "b"):
                raise ValueError(f"no turn: {part}")
            turns.append((who, text))
        return cls(tuple(turns), declared)


def judged(engine: Engine, dialogue: Dialogue, *, private: bool = True) -> list[Verdict]:
    """The verdict on every turn, half a minute apart."""
    ages = dict(dialogue.ages)
    people = {who: Persona(who, age=ages.get(who), device=f"device-{who}") for who in "ab"}
    memory, out = Memory(), []
    for number, (who, text) in enumerate(dialogue.turns):
        reader = people["b" if who == "a" else "a"]
        facts = Facts(
            text, private=private, conversation="c", at=START + 30 * number, author=people[who], readers=(reader,)
        )
        verdict, state = engine.screen(facts, memory.recall(facts))
        memory.keep(facts, state)
        out.append(verdict)
    return out


def read(theme: str) -> dict[str, dict[str, list[str]]]:
    """`{"first" | "fresh": {language: lines}}` of a theme."""
    found: dict[str, dict[str, list[str]]] = yaml.safe_load((FOLDER / f"{theme}.yaml").read_text(encoding="utf-8"))
    return found
