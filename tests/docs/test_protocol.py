"""The page on the wire says everything the wire knows, and what it shows is what the wire takes."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest

from tests.architecture.tree import PACKAGE, ROOT
from tests.docs.blocks import Block, blocks
from veillee.model.errors import Code
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.codec import decode
from veillee.protocol.commands import AnyCommand, Command

PAGE = "docs/integrate/protocol.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
SHOWN = [block for block in blocks() if block.path == PAGE and '"c":"' in block.text and '"err"' not in block.text]
COMMANDS = {str(command.__struct_config__.tag) for command in get_args(AnyCommand)}
EVENTS = {"open", "close"}  # of server-sent events only: shown, without a heading


def section(title: str) -> str:
    """The text below a heading, up to the next of its level."""
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def headings(*titles: str) -> set[str]:
    """The names with a heading of their own in these sections."""
    return {name for title in titles for name in re.findall(r"^### `(\w+)`", section(title), re.M)}


def rows(title: str) -> set[str]:
    """The first cells of a section's table."""
    return set(re.findall(r"^\| `?(\w+)`? \|", section(title), re.M)) - {"code"}


def test_every_command_has_its_heading() -> None:
    """And no other has."""
    assert headings("Commands") == COMMANDS


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_every_command_shown_is_one(block: Block) -> None:
    """The codec takes it as it stands."""
    assert isinstance(decode(block.text.strip().encode()), Command)


def test_every_command_is_shown() -> None:
    """With its fields."""
    assert {json.loads(block.text)["c"] for block in SHOWN} == COMMANDS


def test_every_event_has_its_heading() -> None:
    """What the rooms emit, read off the source: durable, personal and ephemeral kinds."""
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))
    emitted = set(re.findall(r'"e": "(\w+)"', source)) - EVENTS
    emitted |= set(re.findall(r'(?:self\._tell|Ephemeral)\((?:[\w.]+, )?"(\w+)"', source))
    emitted |= set(re.findall(r'\bguests\.tell\([^"\n]*"(\w+)"', source))
    emitted |= set(re.findall(r'link\.event\("(\w+)"', source))
    described = headings("Durable events", "Ephemeral events")
    assert emitted - described == set()
    assert {"msg", "edit", "del", "skip", "mention", "card", "sanction", "case"} <= described


def test_every_error_has_its_row() -> None:
    """And no other has."""
    assert rows("Errors") == {code.value for code in Code}


def test_every_close_code_has_its_row() -> None:
    """And no other has."""
    assert rows("Close codes") == {str(int(code)) for code in CloseCode}
