"""Who is here now: in memory, per room, one entry per guest however many tabs.

Counts are fuzzy under five towards the outside (`shown`), so that a small group is not watched by its number. A
guest who takes another pseudonym leaves the roster under the old one at once and appears under the new one some
time later: nothing but what they do themselves links the two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from veillee.model.event import Ephemeral
from veillee.model.guest import Member

FEW = 5
"""Below this, "a few people": PRODUCT.md §1."""
QUIET_ABOVE = 100
"""Rooms larger than this do not announce who comes and goes, only how many are there."""
UNSEEN_ROUNDS = (8, 30)
"""After a new pseudonym: how many announcement rounds until it shows in the roster, least and most."""


@dataclass(slots=True)
class _Here:
    member: Member
    connections: int = 1
    unseen: int = 0


class Presence:
    """Rooms' rosters. `announce` gets the join, part and count events to send; `below(n)` is a random number."""

    def __init__(self, announce: Callable[[Ephemeral], None], below: Callable[[int], int]) -> None:
        self._rooms: dict[str, dict[str, _Here]] = {}
        self._announce = announce
        self._below = below
        self._changed: set[str] = set()
        self._unseen: list[_Here] = []

    def arrive(self, member: Member) -> None:
        """One more connection of this guest in the room."""
        here = self._rooms.setdefault(member.room, {})
        known = here.get(member.guest_id)
        if known is not None:
            known.connections += 1
            return
        here[member.guest_id] = _Here(member)
        self._changed.add(member.room)
        self._tell("join", member)

    def depart(self, room: str, guest_id: str) -> None:
        """One connection of this guest less in the room."""
        here = self._rooms.get(room, {})
        known = here.get(guest_id)
        if known is None:
            return
        known.connections -= 1
        if known.connections > 0:
            return
        del here[guest_id]
        self._changed.add(room)
        if not known.unseen:
            self._tell("part", known.member)

    def rename(self, before: Member, after: Member) -> None:
        """A guest goes by another pseudonym: the old face leaves, the new one comes some rounds later."""
        here = self._rooms.get(before.room, {})
        known = here.pop(before.guest_id, None)
        if known is None:
            return
        if not known.unseen:
            self._tell("part", known.member)
        least, most = UNSEEN_ROUNDS
        fresh = _Here(after, known.connections, least + self._below(most - least))
        here[after.guest_id] = fresh
        self._unseen.append(fresh)
        self._changed.add(after.room)

    def members(self, room: str) -> list[Member]:
        """Who is seen in the room, in the order they came."""
        return [here.member for here in self._rooms.get(room, {}).values() if not here.unseen]

    def member(self, room: str, guest_id: str) -> Member | None:
        """The guest as a member of the room, if they are there."""
        here = self._rooms.get(room, {}).get(guest_id)
        return None if here is None else here.member

    def count(self, room: str) -> int:
        """How many people are seen in the room."""
        return sum(not here.unseen for here in self._rooms.get(room, {}).values())

    def size(self, room: str) -> int:
        """How many people are in the room, seen or not: for its capacity."""
        return len(self._rooms.get(room, ()))

    def spoke(self, room: str, guest_id: str) -> None:
        """The guest spoke: from now on they are seen."""
        here = self._rooms.get(room, {}).get(guest_id)
        if here is not None and here.unseen:
            self._show(here)

    def everywhere(self) -> int:
        """How many people are in any room, each once."""
        return len({guest_id for here in self._rooms.values() for guest_id in here})

    def announce_counts(self) -> None:
        """One round, every second or two: send the count of every room where it changed; show who is due."""
        for here in [each for each in self._unseen if each.unseen]:
            here.unseen -= 1
            if not here.unseen:
                self._show(here)
        self._unseen = [each for each in self._unseen if each.unseen]
        changed, self._changed = self._changed, set()
        for room in changed:
            self._announce(Ephemeral(room, "count", {"count": shown(self.count(room))}))

    def _show(self, here: _Here) -> None:
        here.unseen = 0
        if self._rooms.get(here.member.room, {}).get(here.member.guest_id) is here:
            self._changed.add(here.member.room)
            self._tell("join", here.member)

    def _tell(self, kind: str, member: Member) -> None:
        if self.size(member.room) <= QUIET_ABOVE:
            self._announce(Ephemeral(member.room, kind, {"u": member.u, "n": member.pseudonym}, member.device))


def shown(count: int) -> int | None:
    """The count as others may see it: None stands for "a few people"."""
    return count if count >= FEW or count == 0 else None
