"""The journal tells what failed and where, and keeps silent about people."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from veillee.wiring.journal import sayable, tell_slow_readers, write_journal

SECRET = "tarte aux quetsches"


@pytest.fixture
def journal() -> Iterator[io.StringIO]:
    """A journal in memory; what was configured before comes back afterwards."""
    handlers, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    write_journal(stream)
    yield stream
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def fail(text: str) -> None:
    """Raise, with something private in a variable and in the message."""
    private = text
    raise ValueError(f"cannot read {private!r}")


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """What was logged."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_fault_is_told_by_type_and_place(journal: io.StringIO) -> None:
    """`log.exception` keeps the type and where it happened; not the message, not the variables."""
    try:
        fail(SECRET)
    except ValueError:
        structlog.get_logger("gateway").exception("command failed", command="Send")
    (line,) = lines(journal)
    assert (line["event"], line["command"], line["level"], line["error"]) == (
        "command failed", "Send", "error", "ValueError",
    )  # fmt: skip
    assert line["at"][-1].endswith(" fail")
    assert SECRET not in journal.getvalue()


def test_libraries_are_quoted_without_arguments(journal: io.StringIO) -> None:
    """Of a standard logging call the template remains; arguments, further lines and messages of exceptions do not."""
    try:
        fail(SECRET)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in %s\nhandle: " + SECRET, SECRET)
    logging.getLogger("uvicorn.access").info("%s", SECRET)
    (line,) = lines(journal)
    assert (line["event"], line["logger"], line["error"]) == ("Exception in %s", "uvicorn.error", "ValueError")
    assert SECRET not in journal.getvalue()


def test_a_plain_line_is_json(journal: io.StringIO) -> None:
    """An event with its fields, a level and a UTC time."""
    structlog.get_logger("effects").warning("effect failed", topic="statement", exc_info=None)
    (line,) = lines(journal)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "effect failed", "topic": "statement", "level": "warning"}


def test_standard_error_is_looked_up_when_something_is_logged(
    journal: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a stream of its own the journal outlives a replaced standard error: it never writes to a closed one."""
    write_journal()
    structlog.get_logger("web").warning("still here")
    logging.getLogger("uvicorn.error").error("still here too")
    said = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert said == ["still here", "still here too"]
    assert journal.getvalue() == ""


PASSWORD = "s3cr3t/w0rd@home"
ADDRESSES = [
    f"postgresql://veillee:{PASSWORD}@db.example/veillee", f"valkey://:{PASSWORD}@10.0.0.3:6379/0",
    f"POSTGRES://veillee:{PASSWORD}@db.example:5432/veillee?sslmode=require",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_password_of_an_engine_is_told(journal: io.StringIO, address: str) -> None:
    """Neither by a line of ours nor by a library's, nor in an error's sentence; the host is told, it helps."""
    structlog.get_logger("store").warning("cannot connect", url=address)
    logging.getLogger("asyncpg").warning("no route to " + address)
    sentence = sayable(f'connection to "{address}" refused')
    for text in (journal.getvalue(), sentence):
        assert [part for part in (PASSWORD, "s3cr3t", "w0rd", "home") if part in text] == []
    assert "db.example" in sentence or "10.0.0.3" in sentence
    assert sentence.endswith('" refused')


def test_what_has_no_password_stays_as_it_is() -> None:
    """Plain addresses, routes and sentences."""
    for text in ("https://foyer.example/s/cafe", "write to aide@foyer.example", "redis://cache:6379/0"):
        assert sayable(text) == text


def test_each_line_says_which_process_it_is_from(journal: io.StringIO) -> None:
    """Node and role in every line, ours and those of libraries."""
    write_journal(journal, node="one:42", role="gateway")
    structlog.get_logger("web").warning("here")
    logging.getLogger("uvicorn.error").error("here too")
    assert [(line["node"], line["role"], line["event"]) for line in lines(journal)] == [
        ("one:42", "gateway", "here"), ("one:42", "gateway", "here too"),
    ]  # fmt: skip


async def test_slow_readers_are_told_in_one_line_a_minute(journal: io.StringIO) -> None:
    """How many in that minute; nothing where there was none."""
    counts = iter([5, 5, 8, 8, 20])
    minutes = 0

    async def pause(seconds: float) -> None:
        nonlocal minutes
        minutes += 1
        if minutes > 4:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await tell_slow_readers(lambda: next(counts), pause)
    assert [(line["event"], line["count"]) for line in lines(journal)] == [
        ("slow readers closed", 3), ("slow readers closed", 12),
    ]  # fmt: skip
