"""What becomes of commands is counted around their handlers, over real sockets; the handlers do not know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.doubles import FakeTicks
from tests.live import Live
from veillee.gateway.link import Link
from veillee.gateway.meter import Meter
from veillee.gateway.reply import Reply
from veillee.model.sanction import SanctionKind
from veillee.protocol.close_codes import CloseCode
from veillee.protocol.commands import Command, Ping


async def test_messages_are_counted_by_what_became_of_them(live: Live) -> None:
    """Delivered, repeated, asked to think again, refused as content, refused for another reason."""
    lune = await live.talker("Lune42")
    await lune.post("Bonsoir", "k1")
    await lune.post("Bonsoir", "k1")
    await lune.err("send", r="accueil", k="k2", b="ta gueule")
    await lune.err("send", r="accueil", k="k3", b="je vais te tuer")
    await lune.err("send", r="accueil", k="k4", b="")
    meter = live.house.live.meter
    assert meter.messages == {
        ("delivered", ""): 1, ("duplicate", ""): 1, ("warned", ""): 1, ("blocked", ""): 1, ("refused", "empty"): 1,
    }  # fmt: skip
    assert meter.commands["send", "ok"] == 2
    assert meter.commands["send", "think_again"] == 1
    assert sum(meter.acknowledged.counts) == 2


async def test_a_held_message_is_counted_as_held(live: Live) -> None:
    """In a guarded room a warning waits for a person."""
    live.rooms.attended = False
    lune = await live.talker("Lune42")
    assert (await lune.ok("send", r="accueil", k="k", b="ta gueule"))["held"]
    assert live.house.live.meter.messages == {("held", ""): 1}


async def test_a_message_that_waits_for_slow_mode_is_not_timed(live: Live) -> None:
    """Its wait is the room's wish, not the machine's doing."""
    await live.rooms.change(replace(live.rooms.get("accueil"), slow_seconds=1))
    lune = await live.talker("Lune42")
    await lune.post("un")
    assert sum(live.house.live.meter.acknowledged.counts) == 0
    assert live.house.live.meter.messages["delivered", ""] == 1


async def test_coming_back_is_counted_by_what_the_server_could_do(live: Live) -> None:
    """Each room named in hello counts once, by its `st`; the personal room does not."""
    token = await live.enter("Lune42")
    await live.client(token, {"accueil": ["e1", 0], "cafe": ["other", 5], "nowhere": ["e1", 1], "@me": ["me", 0]})
    assert live.house.live.meter.resumes == {"ok": 1, "gap": 1, "gone": 1}


async def test_whoever_is_sent_away_is_counted_by_close_code(live: Live) -> None:
    """An unknown session, a suspended guest: the code and nothing else."""
    stranger = await live.connect()
    await stranger.err("hello", v=1, tok="unknown")
    token = await live.enter("Lune42")
    await live.impose(token, SanctionKind.SERVICE_BAN)
    banned = await live.connect()
    await banned.err("hello", v=1, tok=token)
    meter = live.house.live.meter
    assert meter.dismissed == {CloseCode.SESSION_UNKNOWN: 1, CloseCode.SUSPENDED: 1}
    assert meter.commands["hello", "unauthenticated"] == 1


async def test_whatever_else_goes_wrong_is_internal() -> None:
    """A handler's own error is counted, and raised as it is."""

    async def broken(link: Link, command: Command) -> Reply:
        raise RuntimeError("broken")

    meter = Meter(FakeTicks())
    table = {Ping: broken}
    meter.over(table, lambda link, command: False)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="broken"):
        await table[Ping](None, Ping(i=1))  # type: ignore[arg-type]
    assert meter.commands == {("ping", "internal"): 1}
