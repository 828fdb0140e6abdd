"""Two processes tell each other who is where."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.live import until
from veillee.bus.memory import Air, MemoryBus
from veillee.chat.elsewhere import Elsewhere
from veillee.chat.presence import UNSEEN_ROUNDS, Others, Presence
from veillee.chat.whereabouts import LEASE_S, Whereabouts
from veillee.model.event import Ephemeral
from veillee.model.guest import Member


@dataclass
class Process:
    """One of several. `told` is what people connected to it see of who comes and goes."""

    air: Air
    node: str
    told: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bus = MemoryBus(self.air)
        self.elsewhere = elsewhere = Elsewhere(LEASE_S)
        others = Others(self.node, elsewhere, lambda move: self.bus.publish([move]))
        self.presence = Presence(
            lambda event: self.bus.publish([event]), lambda n: 0, lambda event: self.bus.here([event]), others
        )
        self.whereabouts = Whereabouts(self.node, self.air.leases, self.presence, elsewhere)
        self.bus.subscribe(self.whereabouts.hear)
        self.bus.subscribe(
            lambda events: self.told.extend(
                (event.kind, event.data["n"] if "n" in event.data else str(event.data["count"]))
                for event in events
                if isinstance(event, Ephemeral)
            )
        )


def member(name: str, guest: str = "") -> Member:
    """Somebody in the café."""
    return Member(f"u-{name}", guest or name, "cafe", name, f"d-{guest or name}")


def two() -> tuple[Process, Process]:
    """Two processes of one instance."""
    air = Air()
    return Process(air, "a" * 16), Process(air, "b" * 16)


async def test_a_guest_on_both_comes_and_goes_once() -> None:
    """Two tabs on two processes: one arrival, one departure, one in the count."""
    one, other = two()
    one.presence.arrive(member("Lune42"))
    other.presence.arrive(member("Lune42"))
    assert one.presence.count("cafe") == other.presence.count("cafe") == 1
    assert one.presence.size("cafe") == other.presence.everywhere() == 1
    one.presence.depart("cafe", "Lune42")
    assert one.presence.count("cafe") == 1
    assert [each.pseudonym for each in one.presence.members("cafe")] == ["Lune42"]
    other.presence.depart("cafe", "Lune42")
    assert one.presence.count("cafe") == 0
    assert one.told == [("join", "Lune42"), ("part", "Lune42")] == other.told


async def test_each_process_announces_how_many_to_its_own() -> None:
    """Five in a room over two processes: both say five, and nobody hears it twice."""
    one, other = two()
    for number in range(5):
        (one if number % 2 else other).presence.arrive(member(f"guest {number}"))
    for each in (one, other):
        each.told.clear()
    one.presence.announce_counts()
    other.presence.announce_counts()
    assert one.told == other.told == [("count", "5")]


async def test_a_new_pseudonym_stays_unseen_on_every_process() -> None:
    """The old face leaves at once everywhere, the new one comes some rounds later everywhere: nothing links the two."""
    one, other = two()
    other.presence.arrive(member("Braise7"))
    one.presence.arrive(member("Lune42", "guest"))
    one.presence.rename(member("Lune42", "guest"), member("Comète8", "guest"))
    assert [each.pseudonym for each in other.presence.members("cafe")] == ["Braise7"]
    assert other.presence.size("cafe") == 2
    for _ in range(UNSEEN_ROUNDS[0]):
        assert other.presence.count("cafe") == 1
        one.presence.announce_counts()
    assert [each.pseudonym for each in other.presence.members("cafe")] == ["Braise7", "Comète8"]
    assert ("part", "Lune42") in other.told
    assert other.told[-1] == ("join", "Comète8")


async def test_who_comes_later_learns_who_is_there() -> None:
    """A process that starts hears accounts; one that stops gives its own back."""
    one, other = two()
    one.presence.arrive(member("Lune42"))
    late = Process(one.air, "c" * 16)
    await one.whereabouts.exchange()
    running = asyncio.create_task(late.whereabouts.run())
    await until(lambda: late.presence.count("cafe") == 1)
    await other.whereabouts.exchange()
    assert "c" * 16 in await one.air.leases.others("a" * 16)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "c" * 16 not in await one.air.leases.others("a" * 16)


async def test_people_are_told_of_who_was_on_a_process_that_died() -> None:
    """Its lease ends: whoever was only there has left."""
    one, other = two()
    one.presence.arrive(member("Lune42"))
    other.presence.arrive(member("Braise7"))
    other.told.clear()
    other.elsewhere.forget((), asyncio.get_running_loop().time() + LEASE_S + 1)
    assert other.told == [("part", "Lune42")]
    assert other.presence.count("cafe") == 1
