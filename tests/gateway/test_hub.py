"""Who listens where."""

from __future__ import annotations

from tests.gateway.links import Kept
from veillee.gateway.hub import CROWD, Hub


def test_links_are_grouped_by_how_they_are_served() -> None:
    """Fast ones directly, streams framed for them, whoever blocks somebody one by one."""
    hub = Hub()
    fast, stream, careful = Kept("A", fast=True), Kept("B"), Kept("C", fast=True)
    careful.blocked = frozenset({"device-A"})
    for link in (fast, stream, careful):
        hub.add(link)
        link.rooms.add("accueil")
        hub.listen(link, "accueil")
        hub.listen(link, "accueil")
    room = hub.room("accueil")
    assert (list(room.plain), list(room.streams), list(room.careful)) == ([fast], [stream], [careful])
    careful.blocked = frozenset()
    hub.regroup(careful)
    assert list(room.plain) == [fast, careful]


def test_a_link_that_is_over_cannot_listen() -> None:
    """A command that ends after its connection attaches nothing: a dead transport in a room breaks its deliveries."""
    hub = Hub()
    link = Kept("A", fast=True)
    link.rooms.add("accueil")
    link.session.closed()
    hub.listen(link, "accueil")
    assert hub.room("accueil").links() == []


def test_a_silenced_link_is_still_a_member() -> None:
    """It hears nothing; it leaves later, once."""
    hub = Hub()
    link = Kept("A")
    hub.add(link)
    link.rooms.add("accueil")
    hub.listen(link, "accueil")
    hub.silence(link)
    assert (hub.room("accueil").links(), link.rooms, len(hub)) == ([], {"accueil"}, 1)


def test_a_discarded_link_is_nowhere() -> None:
    """Not by guest, not by device; the other link of the same guest stays."""
    hub = Hub()
    one, two = Kept("A"), Kept("A")
    hub.add(one)
    hub.add(two)
    assert hub.of_guest("id-A") == hub.of_device("device-A") == [one, two]
    hub.discard(one)
    hub.discard(one)
    assert (hub.of_guest("id-A"), list(hub.everybody()), hub.guests()) == ([two], [two], ["id-A"])
    hub.discard(two)
    assert (hub.of_guest("id-A"), hub.of_device("device-A"), len(hub)) == ([], [], 0)


def test_a_rooms_offset_is_known_before_anybody_joins() -> None:
    """Opening again changes nothing."""
    hub = Hub()
    hub.open("accueil", 40)
    hub.open("accueil", 0)
    assert (hub.room("accueil").tail.last, hub.room("new", 3).tail.last) == (40, 3)


def test_the_sockets_of_a_room_follow_its_links() -> None:
    """Slots and links in one order; made anew when somebody came or went."""
    hub = Hub()
    one, two = Kept("A", fast=True), Kept("B", fast=True)
    for link in (one, two):
        link.rooms.add("accueil")
        hub.listen(link, "accueil")
    room = hub.room("accueil")
    slots, links = room.sockets()
    assert (list(slots), links) == ([one.slot, two.slot], [one, two])
    hub.leave(one, "accueil")
    slots, links = room.sockets()
    assert (list(slots), links) == ([two.slot], [two])


def test_a_link_is_in_a_crowd_if_one_of_its_rooms_is_large() -> None:
    """Of those it listens to, by whatever transport the others do."""
    hub = Hub()
    link = Kept("A", fast=True)
    for slug, others in (("salon", 3), ("foule", CROWD)):
        link.rooms.add(slug)
        for each in [link, *(Kept(f"{slug}{number}") for number in range(others))]:
            each.rooms.add(slug)
            hub.listen(each, slug)
    assert hub.crowded(link)
    link.rooms.discard("foule")
    assert not hub.crowded(link)
