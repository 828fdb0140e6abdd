"""Who is here now: in memory, per room, one entry per guest however many tabs.

Counts are fuzzy under five towards the outside (`shown`), so that a small group is not watched by its number.
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


@dataclass(slots=True)
class _Here:
    member: Member
    connections: int = 1


class Presence:
    """Rooms' rosters. `announce` gets the join, part and count events to send."""

    def __init__(self, announce: Callable[[Ephemeral], None]) -> None:
        self._rooms: dict[str, dict[str, _Here]] = {}
        self._announce = announce
        self._changed: set[str] = set()

    def arrive(self, member: Member) -> None:
        """One more connection of this guest in the room."""
        here = self._rooms.setdefault(member.room, {})
        known = here.get(member.guest_id)
        if known is not None:
            known.connections += 1
            if known.member.u != member.u:
                known.member = member
            return
        here[member.guest_id] = _Here(member)
        self._changed.add(member.room)
        if len(here) <= QUIET_ABOVE:
            self._announce(Ephemeral(member.room, "join", {"u": member.u, "n": member.pseudonym}, member.device))

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
        if len(here) < QUIET_ABOVE:
            data = {"u": known.member.u, "n": known.member.pseudonym}
            self._announce(Ephemeral(room, "part", data, known.member.device))

    def rename(self, before: Member, after: Member) -> None:
        """A guest goes by another pseudonym: the old face leaves, the new one comes."""
        here = self._rooms.get(before.room, {}).get(before.guest_id)
        if here is None:
            return
        here.member = after
        if len(self._rooms[before.room]) <= QUIET_ABOVE:
            self._announce(Ephemeral(before.room, "part", {"u": before.u, "n": before.pseudonym}, before.device))
            self._announce(Ephemeral(after.room, "join", {"u": after.u, "n": after.pseudonym}, after.device))

    def members(self, room: str) -> list[Member]:
        """Who is in the room, in the order they came."""
        return [here.member for here in self._rooms.get(room, {}).values()]

    def member(self, room: str, guest_id: str) -> Member | None:
        """The guest as a member of the room, if they are there."""
        here = self._rooms.get(room, {}).get(guest_id)
        return None if here is None else here.member

    def named(self, room: str, pseudonym: str) -> Member | None:
        """Whoever is in the room under this pseudonym, whatever its case."""
        wanted = pseudonym.casefold()
        return next((m for m in self.members(room) if m.pseudonym.casefold() == wanted), None)

    def count(self, room: str) -> int:
        """How many people are in the room."""
        return len(self._rooms.get(room, ()))

    def announce_counts(self) -> None:
        """Send the count of every room where it changed since the last call; call it every second or two."""
        changed, self._changed = self._changed, set()
        for room in changed:
            self._announce(Ephemeral(room, "count", {"count": shown(self.count(room))}))


def shown(count: int) -> int | None:
    """The count as others may see it: None stands for "a few people"."""
    return count if count >= FEW or count == 0 else None
