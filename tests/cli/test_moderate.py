"""`veillee moderate`: one answer a line, in order, whatever the line."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.automod.packs import pack, shipped
from veillee.automod.engine import Engine
from veillee.automod.ruleset import load
from veillee.automod.state import Memory
from veillee.cli.moderate import LONGEST_LINE, Moderator, add_parser, stream

KEYS = {"action", "categories", "rules", "spans", "card", "case", "risk", "us"}


def answers(*lines: object, moderator: Moderator | None = None) -> list[dict[str, Any]]:
    """What comes back for these lines (bytes as they are, anything else as JSON)."""
    moderator = moderator or Moderator(Engine(load(pack())), Memory())
    sent = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    sink = io.BytesIO()
    assert stream(moderator, io.BytesIO(b"\n".join(sent) + b"\n"), sink) == 0
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def test_a_verdict_has_every_field() -> None:
    """The fields of PROTOCOL.md §3, spans in characters of the text."""
    (told,) = answers({"text": "une pomme"})
    assert told.keys() == KEYS
    assert told["action"] == "block"
    assert told["rules"] == ["fr.test.fruit@1"]
    assert told["spans"] == [[4, 9]]


@pytest.mark.parametrize(
    "bad",
    [
        b"", b"nonsense", b"[]", b"{}", b'{"text":5}', b'{"text":"a","enter":{}}', b'{"text":"\xff"}', b"[" * 5000,
        b'{"text":"a","author":[]}', b'{"text":"' + b"a" * 30_000 + b'"}', b" " * (LONGEST_LINE + 1),
    ],
)  # fmt: skip
def test_a_bad_line_is_told_and_the_stream_goes_on(bad: bytes) -> None:
    """An error on its line, and the next line is judged."""
    told = answers(bad, {"text": "pomme"})
    assert told[0].keys() == {"error"}
    assert told[1]["action"] == "block"


def test_an_entry_is_judged() -> None:
    """A pseudonym that tells a young age; a number that tells none."""
    young, number = answers(
        {"enter": {"id": "a", "pseudonym": "Ines15ans", "age": 18, "device": "d-77"}},
        {"enter": {"pseudonym": "Julie13", "age": 18}},
    )
    assert young["categories"] == ["minor_safety", "persona_conflict"]
    assert young["action"] == "card"
    assert young["case"] is True
    assert number["action"] == "allow"
    assert number["categories"] == []


def test_state_is_kept_per_device() -> None:
    """Two personas of one device, in two conversations, with clocks that go backwards."""
    told = answers(
        {"conversation": "1", "at": 900.0, "author": {"id": "a", "age": 19, "gender": "f", "device": "d"}, "text": "a"},
        {"conversation": "2", "at": 100.0, "author": {"id": "b", "age": 48, "gender": "m", "device": "d"}, "text": "b"},
        {"text": "c"},
    )
    assert told[0]["categories"] == []
    assert told[1]["categories"] == ["persona_conflict"]
    assert told[1]["case"] is True
    assert told[1]["action"] == "allow"
    assert told[2]["categories"] == []


def test_private_is_never_blocked() -> None:
    """In private the worst is `hold`, until the reader has read the card."""
    (told,) = answers({"text": "pomme", "private": True, "conversation": "c", "author": {"id": "a"}})
    assert told["action"] == "hold"
    assert told["case"] is False
    assert told["card"]


def test_other_packs_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Any) -> None:
    """`--rules DIR` judges with the packs of a folder; a broken pack ends with a sentence and 1."""
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "test.yaml").write_text(pack()["fr/test.yaml"], encoding="utf-8")
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    args = parser.parse_args(["moderate", "--rules", str(tmp_path)])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text":"pomme"}\n')))
    assert args.run(args) == 0
    assert json.loads(capsysbinary.readouterr().out)["action"] == "block"
    (tmp_path / "fr" / "test.yaml").write_text("rulez: 1", encoding="utf-8")
    assert args.run(args) == 1
    assert b"fr/test.yaml:1" in capsysbinary.readouterr().err


def test_the_shipped_packs_judge() -> None:
    """The packs that ship stop an insult and let a greeting pass."""
    moderator = Moderator(Engine(shipped()), Memory())
    told = answers({"text": "bonsoir tout le monde"}, {"text": "t'es qu'un connard"}, moderator=moderator)
    assert [line["action"] for line in told] == ["allow", "warn"]


def test_what_is_optional_may_be_null_and_ids_may_be_numbers() -> None:
    """Clients write what they have."""
    line = {"text": "pomme", "author": {"id": 7, "age": None}, "readers": None, "at": None, "private": None}
    assert answers(line)[0]["action"] == "block"
