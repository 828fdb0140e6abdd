"""Who is on a link: `hello`, `ping`, `nick` (tests/scenarios walks them over sockets)."""

from __future__ import annotations

import asyncio
import inspect

from tests.live import Live
from veillee.store import guests as rows


async def test_personal_events_are_resumed(live: Live) -> None:
    """What was missed follows, then `synced`; a stand that is not ours is a gap."""
    lune = await live.talker("Lune42")
    guest = await live.guest(lune.token)
    for n in range(3):
        await live.house.community.store.write(rows.tell, guest.id, "mention", {"n": n}, live.clock())
    back = await live.client(lune.token, {"@me": ["me", 1]})
    assert back.hello["rooms"]["@me"] == {"ep": "me", "s": 3, "st": "ok"}
    assert [(await back.event("mention"))["s"] for _ in range(2)] == [2, 3]
    assert (await back.event("synced"))["r"] == "@me"
    for stand in (["me", 99], ["other", 1]):
        lost = await live.client(lune.token, {"@me": stand})
        assert lost.hello["rooms"]["@me"]["st"] == "gap"


async def test_a_hello_that_fails_leaves_nothing_behind(live: Live) -> None:
    """The store is away for a moment: `internal`, no ghost in any room, and hello may be said again."""
    token = await live.enter("Lune42")
    client = await live.connect()
    greetings = live.house.live.door.dispatch.table
    hello = inspect.unwrap(next(handler for kind, handler in greetings.items() if kind.__name__ == "Hello"))
    history = hello.__self__._history
    store, history._store = history._store, None
    assert (await client.err("hello", v=1, tok=token, rooms={"accueil": ["e1", 0]}))["c"] == "internal"
    assert (len(live.house.live.hub), live.house.community.presence.size("accueil")) == (0, 0)
    history._store = store
    assert await client.ok("hello", v=1, tok=token)


async def test_a_message_said_while_renaming_links_nothing(live: Live) -> None:
    """On another tab, at the same moment: each message has a name and a `u` that belong together."""
    lune = await live.talker("Lune42")
    tab = await live.client(lune.token, None, "accueil")
    renard = await live.talker("Renard7")
    said = await asyncio.gather(lune.ok("nick", n="Hibou9"), *(tab.post(f"n° {n}") for n in range(5)))
    heard = [await renard.event("msg") for _ in said[1:]]
    keys = live.house.community.keys
    guest = await live.guest(lune.token)
    for event in heard:
        assert event["d"]["u"] == keys.face(guest.id, "accueil", event["d"]["n"])
