"""`veillee rules`: examples run, texts explained, the reference generated."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tests.automod.packs import pack, shipped
from veillee.cli.rules import add_parser, explained, reference
from veillee.model.verdict import Facts

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


def call(*words: str) -> int:
    """The exit code of `veillee rules …`."""
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    args = parser.parse_args(["rules", *words])
    code: int = args.run(args)
    return code


def test_the_shipped_rules_pass_their_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """`rules test` ends with 0 and the count."""
    assert call("test") == 0
    assert " 0 failures" in capsys.readouterr().out


def test_a_failing_example_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule that misses its own line ends with 1, the file, the line and the text."""
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "test.yaml").write_text(pack()["fr/test.yaml"], encoding="utf-8")
    assert call("test", "--rules", str(tmp_path)) == 1
    assert "fr/test.yaml:3: fr.test.fruit: must_catch: a" in capsys.readouterr().err


def test_a_text_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Words, signals, rules with their place, verdict."""
    assert call("explain", "t'es qu'un c0nnard") == 0
    told = capsys.readouterr().out
    assert "unmasked" in told
    assert "c0nnard" in told
    assert "verdict   warn" in told
    assert any("verdict   allow" in line for line in explained(shipped(), Facts("bonsoir")))


def test_the_reference_is_up_to_date() -> None:
    """docs/reference/rules.md is what `veillee rules reference` prints."""
    assert PAGE.read_text(encoding="utf-8") == reference(shipped())
