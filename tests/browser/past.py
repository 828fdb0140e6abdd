"""Seeds a room with a past."""

from __future__ import annotations

from veillee.chat.guests import Entry
from veillee.model.message import NewMessage
from veillee.store import messages as rows
from veillee.wiring.house import House


async def seed(house: House, count: int, room: str = "accueil") -> None:
    """`count` messages of two guests, a minute apart, the newest now. Written straight to the store: nobody waits."""
    community = house.community
    now = community.clock()
    cast = [
        (await community.guests.enter(Entry(nick, True, nick.lower() * 8))).guest for nick in ("Galet", "Sapin")
    ]  # fmt: skip
    for n in range(count):
        guest = cast[n // 3 % 2]
        u = community.members.face(guest, room).u
        message = NewMessage(
            community.chance.identifier(), room, guest.id, guest.device, u, guest.pseudonym, f"past-{n}", f"d{n}",
            f"Message numéro {n + 1}", None, now - (count - n) * 60_000,
        )  # fmt: skip
        await community.store.write(rows.append, message, None)
