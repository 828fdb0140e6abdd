"""Documents are tests: every fenced block of every document is run, or parsed, or says `text`."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
import yaml

from tests.docs import shell
from tests.docs.blocks import Block, blocks

ALL = blocks()
PARSERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "jsonl": lambda text: [json.loads(line) for line in text.splitlines() if line.strip()],
    "toml": tomllib.loads,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
}
EXEMPT = {"text"}


def of(*languages: str) -> list[Block]:
    """The blocks written in one of `languages`."""
    return [block for block in ALL if block.language in languages]


def test_every_block_has_a_language_that_is_checked() -> None:
    """A block is bash, python, json, jsonl, toml or yaml, or says `text`; none goes unchecked by accident."""
    known = {"bash", "python", *PARSERS, *EXEMPT}
    assert [f"{block} {block.language!r}" for block in ALL if block.language not in known] == []


@pytest.mark.parametrize("block", of(*PARSERS), ids=str)
def test_data_can_be_parsed(block: Block) -> None:
    """What claims to be JSON, TOML or YAML is."""
    PARSERS[block.language](block.text)


@pytest.mark.parametrize("block", of("python"), ids=str)
def test_python_runs(block: Block, tmp_path: Path) -> None:
    """A Python block runs to its end in a process of its own, warnings as errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.text],
        cwd=tmp_path, env=shell.environment(tmp_path), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


SHELL = {path: list(group) for path, group in groupby(of("bash"), key=lambda block: block.path)}


@pytest.mark.timeout(180)
@pytest.mark.processes
@pytest.mark.parametrize("path", SHELL)
def test_shell_runs(path: str, tmp_path: Path) -> None:
    """The commands of a document run one after the other in an empty folder, as its reader would type them."""
    for block in SHELL[path]:
        for command in shell.lines(block.text):
            try:
                shell.check(command, tmp_path)
            except AssertionError as wrong:
                pytest.fail(f"{block}: {command}: {wrong}")
