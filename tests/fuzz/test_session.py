"""Whatever a client does, the session answers by name, and its state can always be told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fuzz.frames import frames
from veillee.model.errors import Code
from veillee.protocol import limits
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.commands import Command, Hello
from veillee.protocol.session import Phase, Reject, Session

HELLO = b'{"i":1,"c":"hello","v":1}'
PING = b'{"i":2,"c":"ping"}'
NAMED = {Code.BAD_FRAME, Code.UNAUTHENTICATED, Code.RATE_LIMITED}


class Conversation(RuleBasedStateMachine):
    """One connection on which anything may be said in any order, while a clock runs forward and sometimes back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_795_464_878_000
        self.session = Session(self.now)
        self.bad = 0

    def judge(self, outcome: Command | Reject) -> None:
        """What holds for every answer."""
        if isinstance(outcome, Reject):
            assert outcome.code in NAMED
            if outcome.code is Code.UNAUTHENTICATED:
                assert self.session.phase is Phase.GREETING
            if outcome.close is CloseCode.BAD_FRAMES:
                assert self.bad >= limits.BAD_FRAMES
        elif self.session.phase is Phase.GREETING:
            assert isinstance(outcome, Hello)
        else:
            assert not isinstance(outcome, Hello)

    @rule(frame=frames)
    def hears_anything(self, frame: bytes) -> None:
        """Any bytes."""
        self.bad += 1  # at most: a good frame counts for nothing
        self.judge(self.session.receive(frame, self.now))

    @rule()
    def says_hello(self) -> None:
        """A proper hello, accepted by the rooms above."""
        outcome = self.session.receive(HELLO, self.now)
        self.bad += 1
        self.judge(outcome)
        if isinstance(outcome, Hello):
            self.session.opened()

    @rule(count=st.integers(1, 200))
    def floods(self, count: int) -> None:
        """Many pings in one instant: in the end the pace says no, and says why."""
        outcomes = [self.session.receive(PING, self.now) for _ in range(count)]
        if count > limits.COMMANDS_A_SECOND * 5:
            assert isinstance(outcomes[-1], Reject)
            assert outcomes[-1].code is Code.RATE_LIMITED
            assert outcomes[-1].close is CloseCode.TOO_FAST

    @rule(ms=st.integers(-5_000, 60_000))
    def waits(self, ms: int) -> None:
        """Time passes; a clock that was set back must not lock anybody out or let anybody in."""
        self.now += ms

    @invariant()
    def can_be_told(self) -> None:
        """The phase is one of three, and only the rooms above move it."""
        assert self.session.phase in (Phase.GREETING, Phase.OPEN)


TestConversation = Conversation.TestCase


def test_nine_bad_frames_are_forgiven_and_the_tenth_closes() -> None:
    """A client with a bug gets told nine times; good frames in between do not count, and do not help."""
    session = Session(0)
    session.opened()
    for count in range(1, limits.BAD_FRAMES + 1):
        outcome = session.receive(b"\xff", count * 1_000)
        assert isinstance(outcome, Reject)
        assert outcome.code is Code.BAD_FRAME
        assert outcome.close is (CloseCode.BAD_FRAMES if count == limits.BAD_FRAMES else None)
        if outcome.close is None:
            assert isinstance(session.receive(PING, count * 1_000), Command)


@given(st.integers(0, 3_600))
def test_a_flood_is_over_when_it_is_over(seconds: int) -> None:
    """After a flood and a pause the next command is taken as soon as its share has come back."""
    session = Session(0)
    session.opened()
    for _ in range(500):
        session.receive(PING, 0)
    outcome = session.receive(PING, seconds * 1_000)
    assert isinstance(outcome, Command) == (seconds >= 1)
