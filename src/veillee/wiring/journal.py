"""The log: one JSON object a line on standard error, with what failed and where, and nothing of whom it failed for.

An exception's message and a frame's variables may hold what somebody wrote; a logging call's arguments may hold an
address. So of an exception only its type and its places are kept, and of other people's loggers only the template.
What stands before the `@` of an address such as `postgresql://…@host/database` is never written.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog

Fault = tuple[type[BaseException], BaseException, TracebackType | None]
_PLACES = 8
_CREDENTIALS = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s\"'<>]*@", re.IGNORECASE)
MINUTE_S = 60.0

log = structlog.get_logger("gateway")
_TEMPLATE_CHARACTERS = 120


def write_journal(stream: TextIO | None = None, **always: str) -> None:
    """From now on everything logged in this process goes to `stream`, one line each; without one, to whatever is
    standard error when something is logged. `always` stands in each line: which node, in which role."""

    def placed(_: Any, __: str, event: Any) -> Any:
        return {**always, **event}

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _faults,
            placed,
            _without_passwords,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers[:] = [_Journal(stream, always)]
    logging.root.setLevel(logging.WARNING)


def sayable(text: object) -> str:
    """Text that may go into a log or an error's sentence: addresses in it without user and password."""
    return _CREDENTIALS.sub(r"\1…@", str(text))


async def tell_slow_readers(
    count: Callable[[], int], pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Until cancelled: once a minute, one line with how many connections were closed because they did not read. A
    line each would tell more about people than about the machine, and flood the log when it is in trouble."""
    before = count()
    while True:
        await pause(MINUTE_S)
        now = count()
        if now > before:
            log.warning("slow readers closed", count=now - before)
        before = now


def _without_passwords(_: Any, __: str, event: Any) -> Any:
    return {key: sayable(value) if isinstance(value, str) else value for key, value in event.items()}


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

    def __init__(self, stream: TextIO | None, always: Mapping[str, str]) -> None:
        super().__init__()
        self._stream = stream
        self._always = always

    def emit(self, record: logging.LogRecord) -> None:
        (self._stream or sys.stderr).write(f"{self._line(record)}\n")

    def _line(self, record: logging.LogRecord) -> str:
        said = sayable(str(record.msg).split("\n", 1)[0])[:_TEMPLATE_CHARACTERS]
        line: dict[str, Any] = {
            **self._always, "event": said, "logger": record.name, "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }  # fmt: skip
        if record.exc_info and record.exc_info[0] is not None:
            line |= _places(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
