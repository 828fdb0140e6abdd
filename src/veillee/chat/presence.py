"""Who is here now: in memory, per room, one entry per guest however many tabs.

Counts are fuzzy under five towards the outside (`shown`), so that a small group is not watched by its number. A
guest who takes another pseudonym leaves the roster under the old one at once and appears under the new one some
time later: nothing but what they do themselves links the two.

With several processes, each keeps who is here with it and tells the others (`others`); what is answered to whoever
asks joins both, a guest who is on two of them counted once. How many there are each announces to its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from veillee.chat.elsewhere import NAMED, Account, Elsewhere
from veillee.model.event import Ephemeral, Moved
from veillee.model.guest import Member

FEW = 5
"""Below this, "a few people": PRODUCT.md §1."""
QUIET_ABOVE = 100
"""Rooms larger than this do not announce who comes and goes, only how many are there."""
UNSEEN_ROUNDS = (8, 30)
"""After a new pseudonym: how many announcement rounds until it shows in the roster, least and most."""


@dataclass(frozen=True, slots=True)
class Others:
    """The other processes: what they say of who is there, and how to tell them of who is here."""

    node: str
    elsewhere: Elsewhere
    tell: Callable[[Moved], None]


@dataclass(slots=True)
class _Here:
    member: Member
    connections: int = 1
    unseen: int = 0


class Presence:
    """Rooms' rosters. `announce` gets the join and part events to send to everybody, `here` what only people connected
    here are told (counts); `below(n)` is a random number."""

    def __init__(
        self,
        announce: Callable[[Ephemeral], None],
        below: Callable[[int], int],
        here: Callable[[Ephemeral], None] | None = None,
        others: Others | None = None,
    ) -> None:
        self._here = here or announce
        self._others = others
        self._moves = 0
        self._rooms: dict[str, dict[str, _Here]] = {}
        self._announce = announce
        self._below = below
        self._changed: set[str] = set()
        self._unseen: list[_Here] = []
        if others is not None:
            others.elsewhere.changed = self._elsewhere_changed
            others.elsewhere.lost = self._lost

    def arrive(self, member: Member) -> None:
        """One more connection of this guest in the room."""
        here = self._rooms.setdefault(member.room, {})
        known = here.get(member.guest_id)
        if known is not None:
            known.connections += 1
            return
        known = here[member.guest_id] = _Here(member)
        self._changed.add(member.room)
        if not self._seen_elsewhere(member.room, member.guest_id):
            self._tell("join", member)
        self._move(known, here=True)

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
        if not known.unseen and not self._seen_elsewhere(room, guest_id):
            self._tell("part", known.member)
        self._move(known, here=False)

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
        self._move(fresh, here=True)

    def members(self, room: str) -> list[Member]:
        """Who is seen in the room: here in the order they came, then elsewhere."""
        here = self._rooms.get(room, {})
        seen = [each.member for each in here.values() if not each.unseen]
        return seen if self._others is None else [*seen, *self._only_elsewhere(room)]

    def member(self, room: str, guest_id: str) -> Member | None:
        """The guest as a member of the room, if they are connected to it here."""
        here = self._rooms.get(room, {}).get(guest_id)
        return None if here is None else here.member

    def count(self, room: str) -> int:
        """How many people are seen in the room."""
        seen = sum(not here.unseen for here in self._rooms.get(room, {}).values())
        if self._others is None:
            return seen
        return seen + len(self._only_elsewhere(room)) + self._others.elsewhere.beyond(room)

    def size(self, room: str) -> int:
        """How many people are in the room, seen or not: for its capacity."""
        here = self._rooms.get(room, {})
        if self._others is None:
            return len(here)
        elsewhere = self._others.elsewhere
        return len(here) + sum(who not in here for who in elsewhere.faces(room)) + elsewhere.beyond(room)

    def spoke(self, room: str, guest_id: str) -> None:
        """The guest spoke: from now on they are seen."""
        here = self._rooms.get(room, {}).get(guest_id)
        if here is not None and here.unseen:
            self._show(here)

    def everywhere(self) -> int:
        """How many people are in any room, each once."""
        here = {guest_id for here in self._rooms.values() for guest_id in here}
        if self._others is None:
            return len(here)
        named, more = self._others.elsewhere.people()
        return len(here | named) + more

    def account(self) -> Account:
        """How things stand here, for the other processes."""
        made = Account(self._moves)
        for room, here in self._rooms.items():
            if here:
                named = islice(here.items(), NAMED)
                made.rooms[room] = {who: None if each.unseen else each.member for who, each in named}
                if len(here) > NAMED:
                    made.beyond[room] = sum(not each.unseen for each in islice(here.values(), NAMED, None))
        return made

    def announce_counts(self) -> None:
        """One round, every second or two: send the count of every room where it changed; show who is due."""
        for here in [each for each in self._unseen if each.unseen]:
            here.unseen -= 1
            if not here.unseen:
                self._show(here)
        self._unseen = [each for each in self._unseen if each.unseen]
        changed, self._changed = self._changed, set()
        for room in changed:
            self._here(Ephemeral(room, "count", {"count": shown(self.count(room))}))

    def _show(self, here: _Here) -> None:
        here.unseen = 0
        if self._rooms.get(here.member.room, {}).get(here.member.guest_id) is here:
            self._changed.add(here.member.room)
            if not self._seen_elsewhere(here.member.room, here.member.guest_id):
                self._tell("join", here.member)
            self._move(here, here=True)

    def _seen_elsewhere(self, room: str, guest_id: str) -> bool:
        return self._others is not None and self._others.elsewhere.seen(room, guest_id)

    def _only_elsewhere(self, room: str) -> list[Member]:
        """Who is seen in the room elsewhere and is not in it here."""
        assert self._others is not None
        here = self._rooms.get(room, {})
        faces = self._others.elsewhere.faces(room)
        return [face for who, face in faces.items() if face is not None and who not in here]

    def _elsewhere_changed(self, room: str) -> None:
        if self._rooms.get(room):
            self._changed.add(room)

    def _lost(self, member: Member) -> None:
        """Somebody was on a process that is gone: people here are told, unless they are still somewhere."""
        here = self._rooms.get(member.room, {})
        if here and member.guest_id not in here and not self._seen_elsewhere(member.room, member.guest_id):
            self._tell("part", member, self._here)

    def _move(self, known: _Here, *, here: bool) -> None:
        if self._others is not None:
            self._moves += 1
            member = known.member
            face = None if known.unseen or not here else (member.u, member.pseudonym, member.device)
            self._others.tell(Moved(self._others.node, self._moves, member.room, member.guest_id, here, face))

    def _tell(self, kind: str, member: Member, announce: Callable[[Ephemeral], None] | None = None) -> None:
        if self.size(member.room) <= QUIET_ABOVE:
            tell = announce or self._announce
            tell(Ephemeral(member.room, kind, {"u": member.u, "n": member.pseudonym}, member.device))


def shown(count: int) -> int | None:
    """The count as others may see it: None stands for "a few people"."""
    return count if count >= FEW or count == 0 else None
