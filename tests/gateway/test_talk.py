"""Speaking (tests/scenarios walks the commands over sockets)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

from tests.live import Live


async def test_in_slow_mode_one_message_waits_and_the_next_is_told(live: Live) -> None:
    """ "Slow mode queues one message; a second gets `slow_mode` with `retry`"; `ping` is answered meanwhile."""
    await live.rooms.change(replace(live.rooms.get("accueil"), slow_seconds=1))
    lune = await live.talker("Lune42")
    await lune.post("un")
    waiting = asyncio.create_task(lune.post("deux"))
    await lune.ok("ping")
    error = await lune.err("send", r="accueil", k="third", b="trois")
    assert (error["c"], error.get("retry", 0) > 0) == ("slow_mode", True), error
    assert not waiting.done()
    assert (await waiting)["s"] == 2


async def test_who_may_not_speak_does_not_type(live: Live) -> None:
    """Typing is never an error, and shows nothing that should not be shown."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    await lune.say(json.dumps({"c": "typing", "r": "cafe"}))
    await lune.say(json.dumps({"c": "typing", "r": "nowhere"}))
    await lune.ok("ping")
    assert [event for event in await renard.settled() if event["e"] == "typing"] == []
    assert not any("err" in thing for thing in lune.log)


async def test_reading_needs_membership(live: Live) -> None:
    """`read` in a room one is not in is `forbidden`."""
    lune = await live.talker("Lune42")
    assert (await lune.err("read", r="cafe", s=1))["c"] == "forbidden"
