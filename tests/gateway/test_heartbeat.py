"""The wheel that turns once a second."""

from __future__ import annotations

from tests.doubles import FakeClock
from tests.gateway.links import Kept
from veillee.gateway.heartbeat import Heartbeat
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.limits import HEARTBEAT_SECONDS


def turn(wheel: Heartbeat, clock: FakeClock, seconds: int) -> None:
    """Let seconds pass."""
    for _ in range(seconds):
        clock.forward(1_000)
        wheel.turn()


def test_everybody_is_pinged_once_a_round() -> None:
    """`hb` seconds, whenever they came."""
    clock = FakeClock()
    wheel = Heartbeat(clock)
    links = []
    for _ in range(3):
        links.append(Kept("A"))
        wheel.add(links[-1])
        turn(wheel, clock, 7)
    for link in links:
        link.written.clear()
        link.heard_at = clock()
    turn(wheel, clock, HEARTBEAT_SECONDS)
    assert [link.events() for link in links] == [[{"e": "ping"}]] * 3


def test_no_hello_and_silence_are_closed() -> None:
    """4401 after ten seconds, 4003 after two silent rounds."""
    clock = FakeClock()
    wheel = Heartbeat(clock)
    mute, silent, alive = Kept(), Kept("A"), Kept("B")
    for link in (mute, silent, alive):
        wheel.add(link)
    turn(wheel, clock, 9)
    assert mute.codes == []
    turn(wheel, clock, 1)
    assert mute.codes == [CloseCode.NO_HELLO]
    for _ in range(3):
        alive.heard_at = clock()
        turn(wheel, clock, HEARTBEAT_SECONDS)
    assert silent.codes[:1] == [CloseCode.NO_PONG]
    assert alive.codes == []


def test_a_close_that_is_not_answered_is_cut() -> None:
    """Ten seconds, then the transport is dropped."""
    clock = FakeClock()
    wheel = Heartbeat(clock)
    link = Kept("A")
    wheel.add(link)
    wheel.closing(link)
    turn(wheel, clock, 9)
    assert link.codes == []
    turn(wheel, clock, 1)
    assert link.codes == [None]


def test_who_is_gone_is_forgotten() -> None:
    """Nothing is written to them, nothing is kept of them."""
    clock = FakeClock()
    wheel = Heartbeat(clock)
    link = Kept()
    wheel.add(link)
    wheel.closing(link)
    assert wheel.links() == [link]
    wheel.discard(link)
    turn(wheel, clock, 60)
    assert (wheel.links(), link.codes, link.written) == ([], [], [])
