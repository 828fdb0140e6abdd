"""What a client missed."""

from __future__ import annotations

from tests.gateway.links import Kept
from tests.live import Live
from veillee.gateway.replay import Caught, Replay
from veillee.gateway.tail import LENGTH, Tail
from veillee.model.event import Durable
from veillee.protocol.limits import FIRST_EVENTS, REPLAY_EVENTS


def message(s: int) -> Durable:
    """Somebody's message."""
    return Durable("accueil", s, "msg", 0, {"id": f"m{s}"}, "device", f"m{s}")


async def test_the_store_is_asked_for_what_the_tail_has_forgotten(live: Live) -> None:
    """After a restart the tail is empty: the same answer comes from the store."""
    lune = await live.talker("Lune42")
    for n in range(5):
        await lune.post(f"n° {n}")
    room = live.house.live.hub.room("accueil")
    replay = Replay(live.house.live.hub, live.house.community.history)
    warm = await replay.after(Kept("A"), "accueil", 2)
    newest = await replay.newest(Kept("A"), "accueil")
    room.tail = Tail("accueil", 5)
    assert await replay.after(Kept("A"), "accueil", 2) == warm
    assert await replay.newest(Kept("A"), "accueil") == newest
    assert (warm.s, len(warm.events), warm.gap) == (5, 3, False)


async def test_too_much_is_a_gap(live: Live) -> None:
    """Beyond 500 events, and for an offset in the future: the newest 50."""
    tail = live.house.live.hub.room("accueil").tail
    for s in range(1, REPLAY_EVENTS + 20):
        tail.append(message(s))
    replay = Replay(live.house.live.hub, live.house.community.history)
    for after in (3, REPLAY_EVENTS + 99):
        caught = await replay.after(Kept("A"), "accueil", after)
        assert (caught.gap, len(caught.events)) == (True, FIRST_EVENTS)
    assert not (await replay.after(Kept("A"), "accueil", 19)).gap


async def test_what_came_meanwhile_is_added_on_top(live: Live) -> None:
    """And a tail that has run away altogether is a gap."""
    hub = live.house.live.hub
    tail = hub.room("accueil").tail
    replay = Replay(hub, live.house.community.history)
    before = Caught([b"{}"], 0)
    assert replay.top_up(Kept("A"), "accueil", before) is before
    tail.append(message(1))
    topped = replay.top_up(Kept("A"), "accueil", before)
    assert (len(topped.events), topped.s, topped.gap) == (2, 1, False)
    for s in range(2, LENGTH + 50):
        tail.append(message(s))
    assert replay.top_up(Kept("A"), "accueil", before).gap
