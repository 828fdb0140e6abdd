"""What is repeated, late, out of order or in a hurry: each test tells the story of something that went wrong once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.community import draft, place
from tests.doubles import START
from veillee.chat.throttle import Pace, Throttle
from veillee.model.clock import HOUR, SECOND
from veillee.model.sanction import Sanction, SanctionKind
from veillee.protocol.commands import Ping
from veillee.protocol.session import Session
from veillee.store import outbox

MUTE = Sanction("S1", SanctionKind.MUTE, "d", "G", None, "respect", START, START + HOUR)


async def test_a_sanction_imposed_again_after_it_was_lifted_stays_lifted(tmp_path: Path) -> None:
    """The outbox repeated a mute after its reversal; it held in memory, for ever, although the store knew better."""
    async with place(tmp_path) as here:
        sanctions = here.community.sanctions
        await sanctions.impose(MUTE)
        await sanctions.lift("S1")
        await sanctions.impose(MUTE)
        assert sanctions.active("d") == []


async def test_a_stuck_topic_does_not_hide_the_others(tmp_path: Path) -> None:
    """A hundred effects of one failing topic stood in front: effects of other topics were never looked at."""
    async with place(tmp_path) as here:
        done: list[Any] = []

        async def fails(payload: dict[str, Any]) -> None:
            raise RuntimeError("down")

        async def works(payload: dict[str, Any]) -> None:
            done.append(payload)

        here.community.effects.register("push", fails)
        here.community.effects.register("statement", works)
        for number in range(120):
            await here.community.store.write(outbox.put, "push", {"n": number}, START)
        await here.community.store.write(outbox.put, "statement", {"n": 1}, START)
        assert await here.community.effects.drain() == 1
        assert done == [{"n": 1}]


async def test_moderation_does_not_bring_back_what_its_author_removed(tmp_path: Path) -> None:
    """A reversal released every message of the case, those that their author had taken back included."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        posted = await here.community.messages.post(lune, draft("bonsoir"))
        await here.community.messages.delete(lune, "cafe", posted.id)
        await here.community.messages.release(posted.id)
        assert [event.data for event in await here.community.history.page("cafe")] == [
            {"id": posted.id, "gone": True},
            {"id": posted.id, "by": "author"},
        ]


async def test_a_clock_set_back_locks_nobody_out() -> None:
    """After the clock was set back an hour, whoever had spoken waited an hour; a connection was closed as too fast."""
    throttle = Throttle()
    pace = Pace(3, SECOND)
    for _ in range(3):
        await throttle.take("d", pace, START)
    assert throttle.wait("d", pace, START - HOUR) <= SECOND
    assert await throttle.slow("d", "cafe", 30, START) == 0
    assert await throttle.slow("d", "cafe", 30, START - HOUR) == 30 * SECOND
    session = Session(START)
    session.opened()
    for second in range(300):
        assert isinstance(session.receive(b'{"i":1,"c":"ping"}', START - HOUR + second * SECOND), Ping)
