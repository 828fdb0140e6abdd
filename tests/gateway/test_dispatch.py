"""The command table and the order of commands (tests/scenarios walks them over sockets)."""

from __future__ import annotations

import asyncio
import json

from tests.live import Live
from veillee.protocol import commands
from veillee.protocol.limits import PENDING_COMMANDS


async def test_every_command_has_a_handler(live: Live) -> None:
    """The table and the wire name the same commands."""
    known = set(commands.AnyCommand.__args__)
    assert set(live.house.live.door.dispatch.table) == known


async def test_commands_of_a_link_are_answered_in_order(live: Live) -> None:
    """Slow ones first, if they came first; more than may wait stop the reading, and none is lost."""
    lune = await live.talker("Lune42")
    for n in range(PENDING_COMMANDS + 20):
        await lune.say(json.dumps({"i": 1000 + n, "c": "hist" if n % 2 else "ping", "r": "accueil"}))
    last = await lune.answer(1000 + PENDING_COMMANDS + 19)
    assert "ok" in last
    asked = [thing["i"] for thing in lune.log if thing.get("i", 0) >= 1000]
    assert asked == list(range(1000, 1000 + PENDING_COMMANDS + 20))


async def test_a_failing_handler_is_internal(live: Live) -> None:
    """`internal` with `retry`; the session lives on. What the log says of it: tests/fuzz."""
    lune = await live.talker("Lune42")

    async def broken(*_: object) -> None:
        raise ValueError("boom")

    table = live.house.live.door.dispatch.table
    kept, table[commands.Who] = table[commands.Who], broken  # type: ignore[assignment]
    error = await lune.err("who", r="accueil")
    assert (error["c"], error["retry"]) == ("internal", 2)
    table[commands.Who] = kept
    assert await lune.ok("who", r="accueil")


async def test_what_waits_for_slow_mode_does_not_hold_up_the_end(live: Live) -> None:
    """A restart lets the waiting message go: it was not acknowledged, its author sends it again."""
    from dataclasses import replace

    await live.rooms.change(replace(live.rooms.get("accueil"), slow_seconds=30))
    lune = await live.talker("Lune42")
    await lune.post("un")
    waiting = asyncio.create_task(lune.ask("send", r="accueil", k="second", b="deux"))
    await lune.ok("ping")
    async with asyncio.timeout(2):
        await live.house.live.door.dispatch.finish()
    await lune.close()
    assert "ok" not in await waiting


async def test_what_waits_for_company_is_said_although_its_author_has_gone(live: Live) -> None:
    """While it is busy a message waits some milliseconds for others: a connection that ends in them loses nothing."""
    lune, renard = await live.talker("Lune42"), await live.talker("Renard7")
    for n in range(8):
        await lune.say(json.dumps({"i": 500 + n, "c": "send", "r": "accueil", "k": f"l{n}", "b": f"n° {n} de Lune"}))
        await renard.say(
            json.dumps({"i": 500 + n, "c": "send", "r": "accueil", "k": f"r{n}", "b": f"n° {n} de Renard"})
        )
    await renard.close()
    seen = await lune.durable(upto=16)
    for name in ("Lune", "Renard"):
        said = [event["d"]["b"] for event in seen if event["e"] == "msg" and event["d"]["b"].endswith(name)]
        assert said == [f"n° {n} de {name}" for n in range(8)]


async def test_a_ping_is_answered_at_once_unless_something_waits(live: Live) -> None:
    """It costs no task of its own; behind a message that is being carried out it keeps its turn."""
    lune = await live.talker("Lune42")
    await lune.say(json.dumps({"i": 700, "c": "send", "r": "accueil", "k": "k", "b": "Bonsoir"}))
    await lune.say(json.dumps({"i": 701, "c": "ping"}))
    await lune.answer(701)
    answered = [thing["i"] for thing in lune.log if thing.get("i", 0) >= 700]
    assert answered == [700, 701]
    assert live.house.live.meter.commands["ping", "ok"] >= 1
