"""Ending things properly."""

from __future__ import annotations

from tests.live import Live
from veillee.gateway.drain import reason
from veillee.model.sanction import Sanction, SanctionKind


async def test_a_closed_room_is_left_by_everybody(live: Live) -> None:
    """They are told, and leave; their connections stay."""
    lune = await live.talker("Lune42", "accueil", "cafe")
    await live.rooms.close("accueil")
    bye = await lune.event("bye")
    assert (bye["r"], bye["d"]) == ("accueil", {"c": "room_closed"})
    assert live.house.community.presence.size("accueil") == 0
    assert await lune.post("encore là", room="cafe")


async def test_a_ban_from_every_room_keeps_the_connection(live: Live) -> None:
    """A room ban without a room empties all of them."""
    lune = await live.talker("Lune42", "accueil", "cafe")
    await live.impose(lune.token, SanctionKind.ROOM_BAN)
    assert [(await lune.event("bye"))["r"] for _ in range(2)] == ["accueil", "cafe"]
    assert await lune.ok("ping")


async def test_milder_sanctions_close_nothing(live: Live) -> None:
    """A warning, slow mode and mute leave everybody where they are."""
    lune = await live.talker("Lune42")
    for kind in (SanctionKind.WARN, SanctionKind.SLOW, SanctionKind.MUTE):
        await live.impose(lune.token, kind)
    assert [event for event in await lune.settled() if event["e"] == "bye"] == []


async def test_whoever_does_not_answer_is_dropped(live: Live) -> None:
    """At the very end of a shutdown."""
    lune = await live.talker("Lune42")
    live.house.live.drain.abort()
    assert await lune.closed() == 1006


def test_a_reason_says_what_until_when_and_how_to_contest() -> None:
    """Everything the page needs to explain it."""
    given = Sanction("s", SanctionKind.SERVICE_BAN, "d", "g", None, "2", 0, 9, "7F3K-21AB", "CODE")
    assert reason(given) == {
        "c": "suspended", "kind": "service_ban", "rule": "2", "until": 9, "case": "7F3K-21AB", "code": "CODE",
    }  # fmt: skip
