"""The log: one JSON object a line on standard error, with what failed and where, and nothing of whom it failed for.

An exception's message and a frame's variables may hold what somebody wrote; a logging call's arguments may hold an
address. So of an exception only its type and its places are kept, and of other people's loggers only the template.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog

Fault = tuple[type[BaseException], BaseException, TracebackType | None]
_PLACES = 8
_TEMPLATE_CHARACTERS = 120


def write_journal(stream: TextIO | None = None) -> None:
    """From now on everything logged in this process goes to `stream`, one line each; without one, to whatever is
    standard error when something is logged."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _faults,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers[:] = [_Journal(stream)]
    logging.root.setLevel(logging.WARNING)


def _faults(_: Any, __: str, event: Any) -> Any:
    """Replace `exc_info` by the type of the exception and the places it passed."""
    given = event.pop("exc_info", None)
    fault: Any = sys.exc_info() if given is True else given
    if isinstance(fault, BaseException):
        fault = (type(fault), fault, fault.__traceback__)
    if fault and fault[0] is not None:
        event |= _places(fault)
    return event


def _places(fault: Fault) -> dict[str, Any]:
    frames = traceback.extract_tb(fault[2])[-_PLACES:]
    short = [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": fault[0].__name__, "at": short}


class _Journal(logging.Handler):
    """What libraries log through the standard library: the first line of the template, without arguments."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        (self._stream or sys.stderr).write(f"{self._line(record)}\n")

    @staticmethod
    def _line(record: logging.LogRecord) -> str:
        said = str(record.msg).split("\n", 1)[0][:_TEMPLATE_CHARACTERS]
        line: dict[str, Any] = {
            "event": said, "logger": record.name, "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }  # fmt: skip
        if record.exc_info and record.exc_info[0] is not None:
            line |= _places(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
