"""Between the bus and the fanout: strictly in order, nothing missing, nothing twice, whatever the bus does."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.doubles import START, Recording
from tests.gateway.links import Kept, guest
from tests.live import until
from tests.stores import message, opened, with_room
from veillee.bus.port import AnyEvent
from veillee.chat.history import History
from veillee.gateway.fanout import Fanout
from veillee.gateway.hub import Hub
from veillee.gateway.replay import Replay
from veillee.gateway.sending import Sockets, fastest
from veillee.gateway.sequence import PARKED, Sequencer
from veillee.model.event import Changed, Durable, Ephemeral
from veillee.store import guests, messages
from veillee.store.port import Store


@dataclass
class Place:
    """A store where others write, a hub, and what comes through in between."""

    store: Store
    hub: Hub
    sequence: Sequencer
    replay: Replay
    published: Recording

    async def say(self, *numbers: int) -> list[AnyEvent]:
        """Others commit messages; their events, as they may come over the bus."""
        before = len(self.published.events)
        for number in numbers:
            await self.store.write(messages.append, message(number))
        await self.store.read(messages.last_offset, "cafe")
        await until(lambda: len(self.published.durable("cafe")) >= max(numbers))
        return self.published.events[before:]

    def listener(self) -> Kept:
        """Somebody who listens to the room."""
        link = Kept("lune")
        self.hub.add(link)
        link.rooms.add("cafe")
        self.hub.listen(link, "cafe")
        return link


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """One process of several."""
    async with opened("file", tmp_path) as store:
        await with_room(store)
        await asyncio.sleep(0)
        published = Recording()
        store.on_commit(published)
        hub, history = Hub(), History(store)
        hub.open("cafe", 0)
        sequence = Sequencer(hub, history, Fanout(hub, Sockets(), fastest()).receive, several=True)
        yield Place(store, hub, sequence, Replay(hub, history, sequence.catch_up), published)
        await sequence.finish()


def heard(place: Place, link: Kept, room: str = "cafe") -> list[int]:
    """The offsets that a link got up to now, in the order in which they came."""
    place.hub.settled("cafe")
    return [event["s"] for event in link.events() if event.get("r") == room and "s" in event]


async def test_what_is_next_comes_straight_through(place: Place) -> None:
    """Events of one's own process, in order: at once, and their store is not asked."""
    link = place.listener()
    place.sequence.receive(await place.say(1, 2, 3))
    assert heard(place, link) == [1, 2, 3]
    assert place.sequence.filled == 0


async def test_any_order_becomes_the_rooms_order(place: Place) -> None:
    """Reversed, doubled, shuffled: each once, ascending, without asking the store."""
    link = place.listener()
    events = await place.say(*range(1, 31))
    shuffled = events * 2
    random.Random(7).shuffle(shuffled)
    for event in shuffled:
        place.sequence.receive([event])
    assert heard(place, link) == list(range(1, 31))
    assert place.sequence.filled == 0


async def test_a_hole_is_filled_from_the_store(place: Place) -> None:
    """What never comes is fetched; what waits behind it comes after it."""
    link = place.listener()
    events = await place.say(*range(1, 11))
    place.sequence.receive(events[:3])
    place.sequence.receive(events[6:8])
    assert heard(place, link) == [1, 2, 3]
    await until(lambda: len(heard(place, link)) == 10)
    assert heard(place, link) == list(range(1, 11))
    place.sequence.receive(events)
    assert heard(place, link) == list(range(1, 11))


async def test_a_room_nobody_listens_to_costs_no_reading(place: Place) -> None:
    """Its tail goes forward over the hole and does not claim to cover it: who joins gets everything from the store."""
    events = await place.say(*range(1, 6))
    place.sequence.receive(events[3:4])
    tail = place.hub.room("cafe").tail
    assert (tail.last, tail.covers(2), tail.covers(3)) == (4, False, True)
    link = Kept("lune")
    caught = await place.replay.newest(link, "cafe")
    assert (caught.s, len(caught.events)) == (5, 5)
    assert place.sequence.filled == 0


async def test_whoever_joins_while_the_tail_jumps_misses_nothing(place: Place) -> None:
    """Between the question to the store and its answer, an event leaves a hole in the tail: asked once more."""
    events = await place.say(*range(1, 6))
    place.hub.room("cafe").tail.skip(2)
    replay, link = Replay(place.hub, History(place.store)), Kept("lune")
    asked = asyncio.create_task(replay.newest(link, "cafe"))
    await asyncio.sleep(0)
    place.sequence.receive(events[4:])
    caught = await asked
    assert (caught.s, len(caught.events)) == (5, 5)


async def test_what_was_never_published_arrives(place: Place) -> None:
    """A process dies between commit and publication: comparing with the store delivers what it wrote."""
    link = place.listener()
    await place.say(1, 2, 3)
    await place.sequence.reconcile()
    assert heard(place, link) == [1, 2, 3]
    await place.sequence.reconcile()
    assert heard(place, link) == [1, 2, 3]


async def test_a_long_absence_is_made_good_in_order(place: Place) -> None:
    """More than is read at once, with the newest waiting already."""
    link = place.listener()
    events = await place.say(*range(1, 1_201))
    place.sequence.receive(events[-1:])
    await until(lambda: len(heard(place, link)) == 1_200)
    assert heard(place, link) == list(range(1, 1_201))


async def test_what_waits_is_bounded(place: Place) -> None:
    """Thousands behind one hole: the rest is read from the store, and the order stands."""
    link = place.listener()
    place.sequence.receive([Durable("cafe", s, "msg", START, {"id": "x"}) for s in range(2, PARKED + 50)])
    await place.say(*range(1, 4))
    await until(lambda: len(heard(place, link)) >= 3)
    assert heard(place, link)[:3] == [1, 2, 3]
    assert heard(place, link) == sorted(set(heard(place, link)))


async def test_ephemeral_events_wait_for_nothing(place: Place) -> None:
    """Typing is shown at once, also behind a hole; what concerns processes only goes to nobody."""
    link = place.listener()
    events = await place.say(1, 2)
    place.sequence.receive(events[1:])
    place.sequence.receive([Ephemeral("cafe", "typing", {"u": "u"}), Changed("room", "cafe")])
    assert [event["e"] for event in link.events()] == ["typing"]


async def test_personal_events_are_kept_in_order_too(place: Place) -> None:
    """Twice, out of turn, or never published: the guest hears each once, in order."""
    link = place.listener()
    assert link.guest is not None
    known = guest("lune")
    await place.store.write(guests.add, known, "token", None)
    for _ in range(4):
        await place.store.write(guests.tell, known.id, "mention", {"room": "cafe"}, START)
    await until(lambda: len(place.published.durable("@me")) == 4)
    events = place.published.durable("@me")
    place.sequence.greeted(known.id, 0)
    place.sequence.receive(events[:1])
    place.sequence.receive(events[:1])
    place.sequence.receive(events[2:3])
    await until(lambda: len(heard(place, link, "@me")) == 4)
    await place.store.write(guests.tell, known.id, "mention", {"room": "cafe"}, START)
    await place.sequence.reconcile(everybody=True)
    assert heard(place, link, "@me") == [1, 2, 3, 4, 5]


async def test_a_store_that_is_away_is_asked_again(place: Place) -> None:
    """A hole while the store cannot be read: nothing is delivered out of order, and comparing says so."""
    link = place.listener()
    events = await place.say(1, 2)
    await place.store.close()
    place.sequence.receive(events[1:])
    with pytest.raises(Exception, match="closed"):
        await place.sequence.reconcile()
    await until(lambda: place.sequence.filled == 0)
    place.sequence.receive(events[:1])
    assert heard(place, link) == [1, 2]


async def test_whoever_needs_the_newest_waits_for_who_is_reading(place: Place) -> None:
    """A hole is being filled when somebody resumes from ahead: they are caught up before they are answered."""
    place.listener()
    await place.say(*range(1, 21))
    both = [asyncio.create_task(place.sequence.catch_up("cafe")) for _ in range(2)]
    for each in both:
        await each
        assert place.hub.room("cafe").tail.last == 20
    caught = await place.replay.after(Kept("braise"), "cafe", 19)
    assert (caught.s, len(caught.events), caught.gap) == (20, 1, False)
