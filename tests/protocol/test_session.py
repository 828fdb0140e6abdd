"""The session: who may say what when, as a grid of phase and frame."""

from __future__ import annotations

import pytest

from veillee.model.errors import Code
from veillee.protocol import limits
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.commands import Hello, Ping
from veillee.protocol.session import Phase, Reject, Session

HELLO = b'{"i":1,"c":"hello","v":1}'
PING = b'{"i":2,"c":"ping"}'


def opened() -> Session:
    """A session that said hello."""
    session = Session(0)
    assert isinstance(session.receive(HELLO, 0), Hello)
    session.opened()
    return session


def test_before_hello_nothing_else_counts() -> None:
    """A greeting session refuses commands with `unauthenticated` and goes on."""
    outcome = Session(0).receive(PING, 0)
    assert isinstance(outcome, Reject)
    assert (outcome.code, outcome.request, outcome.close) == (Code.UNAUTHENTICATED, 2, None)


def test_after_hello_commands_pass() -> None:
    """An open session lets commands through."""
    assert isinstance(opened().receive(PING, 0), Ping)


def test_hello_is_said_once() -> None:
    """A second hello is a bad frame; the session lives on."""
    outcome = opened().receive(HELLO, 0)
    assert isinstance(outcome, Reject)
    assert (outcome.code, outcome.close) == (Code.BAD_FRAME, None)


def test_another_version_is_told_to_come_back_afresh() -> None:
    """`v` other than 1 closes with 4101."""
    outcome = Session(0).receive(b'{"i":1,"c":"hello","v":9}', 0)
    assert isinstance(outcome, Reject)
    assert outcome.close is CloseCode.PROTOCOL_UPGRADED


def test_bad_frames_are_answered_until_there_are_too_many() -> None:
    """The session lives on after a bad frame; the tenth closes it with 4400."""
    session = opened()
    outcomes = [session.receive(b"\xff", second * 1000) for second in range(limits.BAD_FRAMES)]
    assert all(isinstance(each, Reject) and each.code is Code.BAD_FRAME for each in outcomes)
    closes = [each.close for each in outcomes if isinstance(each, Reject)]
    assert closes == [None] * (limits.BAD_FRAMES - 1) + [CloseCode.BAD_FRAMES]


def test_a_burst_passes_and_a_flood_does_not() -> None:
    """Five seconds' worth of commands at once are fine; the next is too fast, and a pause makes room again."""
    session = opened()
    burst = limits.COMMANDS_A_SECOND * 5 - 1
    assert all(isinstance(session.receive(PING, 0), Ping) for _ in range(burst))
    outcome = session.receive(PING, 0)
    assert isinstance(outcome, Reject)
    assert (outcome.code, outcome.close) == (Code.RATE_LIMITED, CloseCode.TOO_FAST)
    assert isinstance(session.receive(PING, 1_000), Ping)


@pytest.mark.parametrize("step", [-60_000, -1])
def test_a_clock_that_steps_back_gives_nothing_away(step: int) -> None:
    """Time running backwards neither raises nor refills the allowance."""
    session = Session(100_000)
    session.receive(HELLO, 100_000)
    session.opened()
    allowed = sum(isinstance(session.receive(PING, 100_000 + step * n), Ping) for n in range(300))
    assert allowed <= limits.COMMANDS_A_SECOND * 5


def test_closing_is_final() -> None:
    """A closed session stays closed."""
    session = opened()
    session.closed()
    assert session.phase is Phase.CLOSED
