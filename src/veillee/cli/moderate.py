"""`veillee moderate`: the engine exactly as the service runs it, on a stream of lines (PROTOCOL.md §3)."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import BinaryIO

import msgspec

from veillee.automod.engine import Engine
from veillee.automod.learner import read_all
from veillee.automod.ruleset import RulesetInvalid, load
from veillee.automod.state import Memory
from veillee.model.verdict import Action, Facts, Kind, Persona, Verdict
from veillee.outside import packs, weights

LONGEST_LINE = 1 << 20
"""Bytes of one line; a longer one is a bad line."""


class Who(msgspec.Struct):
    """An author or a reader, as told: every field is optional."""

    id: str | int | None = None
    pseudonym: str | None = None
    age: int | None = None
    gender: str | None = None
    area: str | None = None
    device: str | None = None
    minutes_since_entry: float | None = None

    def persona(self) -> Persona:
        """The same as a value of the model."""
        return Persona(
            id="" if self.id is None else str(self.id),
            pseudonym=self.pseudonym or "",
            age=self.age,
            gender=self.gender,
            area=self.area,
            device=self.device,
            minutes_since_entry=self.minutes_since_entry,
        )


class Line(msgspec.Struct):
    """One line of standard input: a message (`text`) or an entry (`enter`)."""

    text: str | None = None
    enter: Who | None = None
    conversation: str | None = None
    private: bool | None = None
    at: float | None = None
    author: Who | None = None
    readers: list[Who] | None = None
    lang: str | None = None

    def facts(self) -> Facts:
        """What the engine is told; ValueError where the line says neither or both."""
        if (self.text is None) == (self.enter is None):
            raise ValueError("give either `text` or `enter`")
        if self.enter is not None:
            who = self.enter.persona()
            return Facts(who.pseudonym, Kind.PSEUDONYM, at=self.at or 0.0, author=who)
        return Facts(
            text=self.text or "",
            private=bool(self.private),
            conversation=self.conversation,
            at=self.at or 0.0,
            author=self.author.persona() if self.author else None,
            readers=tuple(reader.persona() for reader in self.readers or ()),
            language=self.lang,
        )


class Moderator:
    """Judges line after line, keeping state per conversation, author and device."""

    def __init__(self, engine: Engine, memory: Memory) -> None:
        self._engine = engine
        self._memory = memory
        self._decoder = msgspec.json.Decoder(Line)

    def answer(self, line: bytes) -> bytes:
        """The answer to one line, without its end: a verdict, or `{"error"}` and the stream goes on."""
        try:
            if len(line) > LONGEST_LINE:
                raise ValueError(f"a line has at most {LONGEST_LINE} bytes")
            facts = self._decoder.decode(line).facts()
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            return msgspec.json.encode({"error": str(error) or "not a line of JSON"})
        started = time.perf_counter_ns()
        try:
            verdict, state = self._engine.screen(facts, self._memory.recall(facts))
        except ValueError as error:
            return msgspec.json.encode({"error": str(error)})
        except Exception:
            verdict, state = Verdict(Action.HOLD, reason="fault"), None
        self._memory.keep(facts, state)
        return msgspec.json.encode(shown(verdict, (time.perf_counter_ns() - started) // 1_000))


def shown(verdict: Verdict, us: int) -> dict[str, object]:
    """A verdict as PROTOCOL.md §3 writes it; `us` is what it took, in microseconds."""
    return {
        "action": verdict.action.value,
        "categories": [category.value for category in verdict.categories],
        "rules": verdict.rules,
        "spans": verdict.spans,
        "card": verdict.card,
        "case": verdict.case,
        "risk": verdict.risk,
        "us": us,
    }


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = subparsers.add_parser("moderate", help="judge a stream of lines from standard input")
    parser.add_argument("--rules", metavar="DIR", type=Path, help="other packs: DIR/<language>/<topic>.yaml")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Judge standard input until it ends. 1 when the packs cannot be used."""
    try:
        texts = packs.chosen(args.rules)
        ruleset = load(texts, read_all(weights.shipped()))
    except (OSError, UnicodeDecodeError, RulesetInvalid) as error:
        print(error, file=sys.stderr)
        return 1
    return stream(Moderator(Engine(ruleset), Memory()), sys.stdin.buffer, sys.stdout.buffer)


def stream(moderator: Moderator, source: BinaryIO, sink: BinaryIO) -> int:
    """Answer every line in order, each flushed; blank lines are bad lines too. Ends quietly with its reader."""
    try:
        for line in source:
            sink.write(moderator.answer(line.rstrip(b"\r\n")) + b"\n")
            sink.flush()
    except BrokenPipeError:
        return 0
    return 0
