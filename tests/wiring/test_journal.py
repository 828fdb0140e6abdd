"""The journal tells what failed and where, and keeps silent about people."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from veillee.wiring.journal import write_journal

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
