"""Who is here: one entry per guest, fuzzy counts, and a new pseudonym that nothing links to the old one."""

from __future__ import annotations

from veillee.chat.presence import QUIET_ABOVE, UNSEEN_ROUNDS, Presence, shown
from veillee.model.event import Ephemeral
from veillee.model.guest import Member


def _member(number: int, name: str = "", room: str = "cafe") -> Member:
    return Member(f"u{number}{name}", f"G{number}", room, name or f"Lune{number}", f"d{number}")


class _Door:
    """Presence with everything it announced; the random number is always the least."""

    def __init__(self) -> None:
        self.said: list[Ephemeral] = []
        self.presence = Presence(self.said.append, lambda below: 0)

    def kinds(self) -> list[str]:
        kinds = [each.kind for each in self.said]
        self.said.clear()
        return kinds


def test_two_tabs_are_one_person() -> None:
    """Joining twice announces once; the person leaves with the last tab."""
    door = _Door()
    door.presence.arrive(_member(1))
    door.presence.arrive(_member(1))
    assert (door.presence.count("cafe"), door.kinds()) == (1, ["join"])
    door.presence.depart("cafe", "G1")
    assert (door.presence.count("cafe"), door.kinds()) == (1, [])
    door.presence.depart("cafe", "G1")
    assert (door.presence.count("cafe"), door.kinds()) == (0, ["part"])


def test_leaving_a_room_one_is_not_in_changes_nothing() -> None:
    """A stray departure neither raises nor announces."""
    door = _Door()
    door.presence.depart("cafe", "G1")
    door.presence.arrive(_member(1))
    door.presence.depart("cafe", "G1")
    door.presence.depart("cafe", "G1")
    assert door.kinds() == ["join", "part"]
    assert door.presence.everywhere() == 0


def test_small_counts_are_fuzzy() -> None:
    """One to four people are "a few"; nobody and five are said."""
    assert [shown(count) for count in range(7)] == [0, None, None, None, None, 5, 6]


def test_a_count_is_announced_once_a_round_where_it_changed() -> None:
    """Six arrivals make one count, as others may see it; a quiet round none."""
    door = _Door()
    for number in range(6):
        door.presence.arrive(_member(number))
    door.presence.announce_counts()
    counts = [each.data for each in door.said if each.kind == "count"]
    assert counts == [{"count": 6}]
    door.said.clear()
    door.presence.announce_counts()
    assert door.said == []


def test_a_new_pseudonym_is_not_announced_at_once() -> None:
    """The old face leaves now; the new one comes some rounds later, and is in no roster until then."""
    door = _Door()
    door.presence.arrive(_member(1, "Lune"))
    door.presence.arrive(_member(2))
    door.said.clear()
    door.presence.rename(_member(1, "Lune"), _member(1, "Soleil"))
    assert door.kinds() == ["part"]
    for _ in range(UNSEEN_ROUNDS[0] - 1):
        door.presence.announce_counts()
    assert "join" not in door.kinds()
    assert [each.pseudonym for each in door.presence.members("cafe")] == ["Lune2"]
    assert (door.presence.count("cafe"), door.presence.size("cafe")) == (1, 2)
    door.presence.announce_counts()
    assert door.said[0] == Ephemeral("cafe", "join", {"u": "u1Soleil", "n": "Soleil"}, "d1")
    assert door.presence.count("cafe") == 2


def test_speaking_shows_the_new_pseudonym() -> None:
    """Who speaks is seen from then on, and is announced once only."""
    door = _Door()
    door.presence.arrive(_member(1, "Lune"))
    door.presence.rename(_member(1, "Lune"), _member(1, "Soleil"))
    door.said.clear()
    door.presence.spoke("cafe", "G1")
    assert door.kinds() == ["join"]
    for _ in range(UNSEEN_ROUNDS[1]):
        door.presence.announce_counts()
    assert "join" not in door.kinds()
    assert [(m.guest_id, m.pseudonym) for m in door.presence.members("cafe")] == [("G1", "Soleil")]


def test_renaming_twice_before_being_seen_shows_the_last_name_only() -> None:
    """A pseudonym nobody saw neither comes nor leaves."""
    door = _Door()
    door.presence.arrive(_member(1, "Lune"))
    door.presence.rename(_member(1, "Lune"), _member(1, "Soleil"))
    door.said.clear()
    door.presence.rename(_member(1, "Soleil"), _member(1, "Pluie"))
    for _ in range(UNSEEN_ROUNDS[1]):
        door.presence.announce_counts()
    assert [each.data["n"] for each in door.said if each.kind in ("join", "part")] == ["Pluie"]


def test_leaving_unseen_is_silent() -> None:
    """Somebody who renamed and left before being seen leaves no trace of the new name."""
    door = _Door()
    door.presence.arrive(_member(1, "Lune"))
    door.presence.rename(_member(1, "Lune"), _member(1, "Soleil"))
    door.said.clear()
    door.presence.depart("cafe", "G1")
    for _ in range(UNSEEN_ROUNDS[1]):
        door.presence.announce_counts()
    assert all("Soleil" not in str(each.data) for each in door.said)


def test_tabs_survive_a_new_pseudonym() -> None:
    """Two tabs before renaming are two tabs after it."""
    door = _Door()
    door.presence.arrive(_member(1, "Lune"))
    door.presence.arrive(_member(1, "Lune"))
    door.presence.rename(_member(1, "Lune"), _member(1, "Soleil"))
    door.presence.depart("cafe", "G1")
    assert door.presence.member("cafe", "G1") is not None
    door.presence.depart("cafe", "G1")
    assert door.presence.member("cafe", "G1") is None


def test_a_large_room_says_only_how_many() -> None:
    """Beyond a hundred people nobody is announced; the count still is."""
    door = _Door()
    for number in range(QUIET_ABOVE + 5):
        door.presence.arrive(_member(number))
    assert len(door.kinds()) == QUIET_ABOVE
    door.presence.announce_counts()
    assert [each.data for each in door.said] == [{"count": QUIET_ABOVE + 5}]


def test_people_in_two_rooms_are_counted_once() -> None:
    """The whole place counts people, not seats."""
    door = _Door()
    door.presence.arrive(_member(1))
    door.presence.arrive(_member(1, room="gare"))
    door.presence.arrive(_member(2, room="gare"))
    assert door.presence.everywhere() == 2
    assert (door.presence.size("cafe"), door.presence.size("gare")) == (1, 2)
