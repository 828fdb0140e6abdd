"""Who is where on the other processes of this instance, as they say it. Plain memory; nothing here waits.

Each process tells its moves as they happen and, every few seconds, how things stand with it. A move that was missed
shows in the count of moves, and is made good by the next account. Who says nothing for the length of a lease is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from veillee.model.event import Moved
from veillee.model.guest import Member

NAMED = 300
"""People named of one room on one process, at most; of the others only how many they are."""

Faces = dict[str, Member | None]
"""Guest ids, each with the face they may be shown under, None for none."""


@dataclass(slots=True)
class Account:
    """How things stand with one process after `number` moves: who is in its rooms, and how many more."""

    number: int = 0
    rooms: dict[str, Faces] = field(default_factory=dict)
    beyond: dict[str, int] = field(default_factory=dict)
    at: float = 0.0
    missed: bool = False

    def pack(self) -> bytes:
        """As bytes, for the others."""
        rooms = {
            room: [self.beyond.get(room, 0), [[guest_id, *_face(face)] for guest_id, face in faces.items()]]
            for room, faces in self.rooms.items()
        }
        return msgspec.msgpack.encode([self.number, rooms])

    @classmethod
    def unpack(cls, data: bytes) -> Account:
        """From bytes; raises ValueError for what is none."""
        try:
            number, rooms = msgspec.msgpack.decode(data, type=tuple[int, dict[str, tuple[int, list[list[str]]]]])
            faces = {
                room: {who[0]: _member(room, who[0], who[1:]) for who in named} for room, (_, named) in rooms.items()
            }
        except (msgspec.MsgspecError, IndexError, TypeError):
            raise ValueError("no account") from None
        return cls(number, faces, {room: beyond for room, (beyond, _) in rooms.items() if beyond})


class Elsewhere:
    """What the others said. `lease` is how long their word holds, in the seconds of `now`; `changed` is told of each
    room where it is not the same any more, `lost` of who was in a room on a process that is gone."""

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._nodes: dict[str, Account] = {}
        self.changed: Callable[[str], None] = lambda room: None
        self.lost: Callable[[Member], None] = lambda member: None

    def moved(self, move: Moved, now: float) -> None:
        """A move, as it happens."""
        node = self._nodes.setdefault(move.node, Account(move.number - 1, missed=True))
        node.at = now
        if move.number <= node.number:
            return
        node.missed |= move.number > node.number + 1
        node.number = move.number
        faces = node.rooms.setdefault(move.room, {})
        if not move.here:
            if move.guest_id in faces:
                del faces[move.guest_id]
            elif node.beyond.get(move.room, 0):
                node.beyond[move.room] -= 1
        elif move.guest_id in faces or len(faces) < NAMED:
            faces[move.guest_id] = _member(move.room, move.guest_id, move.face or ())
        elif move.face is not None:
            node.beyond[move.room] = node.beyond.get(move.room, 0) + 1
        if not faces and not node.beyond.get(move.room):
            del node.rooms[move.room]
        self.changed(move.room)

    def speaks(self, name: str, number: int, now: float) -> bool:
        """A process says that it is there, after so many moves; answers whether its account is needed."""
        known = self._nodes.get(name)
        if known is None:
            return True
        known.at = now
        return known.missed or number > known.number

    def stands(self, name: str, account: Account, now: float) -> None:
        """How things stand with a process, by its own account. What its moves said since is not undone by it."""
        known = self._nodes.get(name)
        if known is not None:
            known.at = now
            if account.number < known.number or (account.number == known.number and not known.missed):
                return
        account.at = now
        self._nodes[name] = account
        for room in account.rooms.keys() | (known.rooms.keys() if known is not None else set()):
            self.changed(room)

    def forget(self, heard_of: Collection[str], now: float) -> None:
        """Processes that say nothing any more are gone, and with them who was there; `heard_of` still speak."""
        for name in [each for each, known in self._nodes.items() if each not in heard_of]:
            if self._nodes[name].at > now - self._lease:
                continue
            gone = self._nodes.pop(name)
            for room, faces in gone.rooms.items():
                self.changed(room)
                for member in faces.values():
                    if member is not None:
                        self.lost(member)

    def faces(self, room: str) -> Faces:
        """Who is in the room elsewhere; shown under a face if any process shows them."""
        found: Faces = {}
        for faces in self._rooms(room):
            for guest_id, face in faces.items():
                if face is not None or guest_id not in found:
                    found[guest_id] = face
        return found

    def seen(self, room: str, guest_id: str) -> bool:
        """Whether the guest is shown in the room elsewhere."""
        return any(faces.get(guest_id) is not None for faces in self._rooms(room))

    def beyond(self, room: str) -> int:
        """How many more are in the room elsewhere than are named."""
        return sum(node.beyond.get(room, 0) for node in self._nodes.values())

    def people(self) -> tuple[set[str], int]:
        """Everybody who is named in any room, each once; and how many are not named."""
        named = {who for node in self._nodes.values() for faces in node.rooms.values() for who in faces}
        return named, sum(sum(node.beyond.values()) for node in self._nodes.values())

    def _rooms(self, room: str) -> Iterable[Faces]:
        return [faces for node in self._nodes.values() if (faces := node.rooms.get(room))]


def _face(member: Member | None) -> tuple[str, ...]:
    return () if member is None else (member.u, member.pseudonym, member.device)


def _member(room: str, guest_id: str, face: Any) -> Member | None:
    return Member(face[0], guest_id, room, face[1], face[2]) if face else None
