"""One event to many."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.gateway.links import SOCKETS, Kept
from tests.live import until
from veillee.gateway.fanout import TYPING_SHOWN_TO, WAITING_BYTES, Fanout, lines_of
from veillee.gateway.hub import Hub
from veillee.gateway.sending import fastest
from veillee.model.event import Durable, Ephemeral


def message(s: int, author: str = "A", room: str = "accueil") -> Durable:
    """Somebody's message."""
    return Durable(room, s, "msg", 0, {"id": f"m{s}"}, f"device-{author}", f"m{s}")


def gathered(*links: Kept) -> tuple[Hub, Fanout]:
    """The links, all in `accueil`."""
    hub = Hub()
    for link in links:
        hub.add(link)
        link.rooms.add("accueil")
        hub.listen(link, "accueil")
    return hub, Fanout(hub, SOCKETS, fastest())


def offsets(link: Kept) -> list[tuple[str, Any]]:
    """Kinds and offsets of what a link was given."""
    return [(event["e"], event.get("s")) for event in link.events()]


async def test_events_of_one_commit_travel_as_one_write() -> None:
    """Encoded and framed once: the same bytes to each fast link; a stream gets its own framing."""
    one, two, stream = Kept("A", fast=True), Kept("B", fast=True), Kept("C")
    _, fanout = gathered(one, two, stream)
    fanout.receive([message(1), message(2)])
    assert len(one.written) == len(stream.written) == 1
    assert one.written == two.written
    assert offsets(one) == offsets(stream) == [("msg", 1), ("msg", 2)]
    assert (fanout.delivered, fanout.writes) == (6, 3)


async def test_whoever_blocks_the_author_gets_a_skip() -> None:
    """In the place of the durable events; nothing of the ephemeral ones."""
    careful = Kept("B")
    careful.blocked = frozenset({"device-A"})
    hub, fanout = gathered(careful)
    fanout.receive([message(1), message(2, "C"), message(3)])
    fanout.receive([Ephemeral("accueil", "typing", {}, "device-A"), Ephemeral("accueil", "typing", {}, "device-C")])
    hub.settled("accueil")
    assert offsets(careful) == [("skip", 1), ("msg", 2), ("skip", 3), ("typing", None)]


async def test_an_event_comes_once() -> None:
    """What the tail holds already is not delivered again (a bus may repeat)."""
    one = Kept("A", fast=True)
    hub, fanout = gathered(one)
    fanout.receive([message(1)])
    fanout.receive([message(1), message(2)])
    hub.settled("accueil")
    assert offsets(one) == [("msg", 1), ("msg", 2)]


async def test_a_busy_room_is_written_to_once_a_window() -> None:
    """The first event goes out at once; what follows within the window waits, in order, and goes out together."""
    one = Kept("A", fast=True)
    hub, fanout = gathered(one, *(Kept(f"G{n}") for n in range(200)))
    for s in (1, 2, 3):
        fanout.receive([message(s)])
    fanout.receive([Ephemeral("accueil", "count", {})])
    assert offsets(one) == [("msg", 1)]
    await until(lambda: len(one.written) == 2)
    assert offsets(one) == [("msg", 1), ("msg", 2), ("msg", 3), ("count", None)]
    assert hub.room("accueil").timer is None


async def test_a_quiet_room_waits_for_nothing() -> None:
    """Once a window has gone by without a write, the next event goes out in the same turn of the loop."""
    one = Kept("A", fast=True)
    hub, fanout = gathered(one)
    fanout.receive([message(1)])
    loop = asyncio.get_running_loop()
    await until(lambda: loop.time() > hub.room("accueil").written_at + 0.001)
    fanout.receive([message(2)])
    assert len(one.written) == 2


async def test_a_window_holds_only_so_much() -> None:
    """Beyond that it is written at once, so that no reader gets a frame too large to take."""
    one = Kept("A", fast=True)
    _, fanout = gathered(one, *(Kept(f"G{n}") for n in range(200)))
    fanout.receive([message(1)])
    large = Durable("accueil", 2, "msg", 0, {"id": "m2", "b": "x" * WAITING_BYTES}, "device-A", "m2")
    fanout.receive([large])
    assert len(one.written) == 2


async def test_whoever_comes_or_goes_in_a_window_hears_their_own_time() -> None:
    """What waits is written before anybody begins or ceases to listen: nothing twice, nothing missed."""
    one, late = Kept("A", fast=True), Kept("B", fast=True)
    hub, fanout = gathered(one, *(Kept(f"G{n}") for n in range(200)))
    fanout.receive([message(1)])
    fanout.receive([message(2)])
    late.rooms.add("accueil")
    hub.listen(late, "accueil")
    fanout.receive([message(3)])
    hub.leave(one, "accueil")
    fanout.receive([message(4)])
    hub.settled("accueil")
    assert offsets(one) == [("msg", 1), ("msg", 2), ("msg", 3)]
    assert offsets(late) == [("msg", 3), ("msg", 4)]


async def test_rooms_do_not_mix() -> None:
    """One commit may concern several rooms: each gets its own, in order."""
    one = Kept("A", fast=True)
    _, fanout = gathered(one)
    fanout.receive([message(1), message(1, room="cafe"), message(2)])
    assert offsets(one) == [("msg", 1), ("msg", 2)]


async def test_personal_events_reach_every_tab_and_wait_for_hello() -> None:
    """A link that is still being greeted keeps them: they follow the answer."""
    one, greeting, other = Kept("A"), Kept("A"), Kept("B")
    greeting.early = []
    _, fanout = gathered(one, greeting, other)
    told = Durable("@me", 7, "mention", 0, {}, to="id-A")
    fanout.receive([told])
    assert offsets(one) == [("mention", 7)]
    assert (greeting.written, greeting.early) == ([], [told])
    assert other.written == []


async def test_what_is_for_one_device_reaches_only_it() -> None:
    """`to_device` narrows an ephemeral event."""
    one, two = Kept("A"), Kept("B")
    _, fanout = gathered(one, two)
    fanout.receive([Ephemeral("accueil", "count", {}, to_device="device-B")])
    assert (offsets(one), offsets(two)) == ([], [("count", None)])


async def test_typing_is_not_shown_to_crowds() -> None:
    """Beyond fifty listeners it would be noise."""
    crowd = [Kept(f"G{n}", fast=True) for n in range(TYPING_SHOWN_TO + 1)]
    _, fanout = gathered(*crowd)
    fanout.receive([Ephemeral("accueil", "typing", {}, "device-x"), Ephemeral("accueil", "count", {})])
    assert offsets(crowd[0]) == [("count", None)]


async def test_a_long_replay_is_cut_into_frames() -> None:
    """Fifty events a frame, in order."""
    link = Kept("A")
    lines_of(link, [b'{"e":"msg","s":%d}' % n for n in range(120)])
    assert [frame.count(b"\n") + 1 for frame in link.written] == [50, 50, 20]
    assert [event["s"] for event in link.events()] == list(range(120))
