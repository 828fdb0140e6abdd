"""Being in rooms (tests/scenarios walks the commands over sockets)."""

from __future__ import annotations

from dataclasses import replace

from tests.live import Live
from veillee.protocol.limits import ROOMS_A_SESSION


async def test_a_full_room_is_refused_but_not_to_a_second_tab(live: Live) -> None:
    """`room_full`; whoever is in already may open another tab."""
    await live.rooms.change(replace(live.rooms.get("accueil"), capacity=1))
    lune = await live.talker("Lune42")
    assert await live.client(lune.token, None, "accueil") is not None
    renard = await live.talker("Renard7", "cafe")
    assert (await renard.err("join", r="accueil"))["c"] == "room_full"


async def test_a_session_is_in_so_many_rooms(live: Live) -> None:
    """Twenty; the twenty-first is refused, in `hello` it is `no`."""
    lune = await live.talker("Lune42")
    for n in range(ROOMS_A_SESSION):
        await live.rooms.create(replace(live.rooms.get("cafe"), slug=f"salon-{n}"))
    answers = [await lune.ask("join", r=f"salon-{n}") for n in range(ROOMS_A_SESSION)]
    assert ["ok" in answer for answer in answers] == [True] * (ROOMS_A_SESSION - 1) + [False]


async def test_a_shut_room_says_so(live: Live) -> None:
    """`room_closed` while no room may open."""
    lune = await live.talker("Lune42", "cafe")
    live.rooms.shut_reason = "operator"
    assert (await lune.err("join", r="accueil"))["c"] == "room_closed"
    assert (await live.client(lune.token, {"accueil": ["e1", 0]})).hello["rooms"]["accueil"]["st"] == "no"


async def test_the_personal_stream_can_be_synced(live: Live) -> None:
    """`sync` of `@me`, then `synced`."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    await renard.post("Bonsoir @Lune42")
    assert (await lune.event("mention"))["s"] == 1
    assert await lune.ok("sync", r="@me", after=0) == {"ep": "me", "s": 1, "st": "ok"}
    assert (await lune.event("mention"))["d"]["room"] == "accueil"
    assert (await lune.event("synced"))["r"] == "@me"
