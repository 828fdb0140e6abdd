"""Open links follow what happens to their guest elsewhere."""

from __future__ import annotations

from dataclasses import replace

from tests.live import Live, until
from veillee.chat.guests import Entry
from veillee.gateway.sessions import Sessions
from veillee.model.event import Changed
from veillee.store import guests as rows


async def test_leaving_ends_open_connections(live: Live) -> None:
    """The session is over by another door: whoever holds a connection of it is told, and it closes with 4100."""
    lune = await live.talker("Lune42")
    await live.house.community.guests.leave(await live.guest(lune.token))
    assert (await lune.event("bye"))["d"] == {"c": "unauthenticated"}
    assert await lune.closed() == 4100


async def test_a_session_reopened_ends_the_earlier_one_only(live: Live) -> None:
    """Whoever types the four words elsewhere is here; the connection of the first session ends."""
    entered = await live.house.community.guests.enter(Entry("Lune42", True, "carnet"))
    first = await live.client(entered.token, None, "accueil")
    assert entered.phrase is not None
    again = await live.house.community.guests.reopen(entered.phrase, "téléphone")
    assert await first.closed() == 4100
    second = await live.client(again.token, None, "accueil")
    await live.house.community.guests.look_up(entered.guest.id)
    await second.post("Me revoici")


async def test_a_pseudonym_taken_elsewhere_is_borne_here(live: Live) -> None:
    """Every link of the guest speaks under it from now on; the old face has left the roster."""
    lune, braise = await live.talker("Lune42"), await live.talker("Braise7")
    guest = await live.guest(lune.token)
    await live.house.community.store.write(rows.rename, guest.id, "Comète8", "comete8")
    await live.house.community.guests.look_up(guest.id)
    assert (await braise.event("part"))["d"]["n"] == "Lune42"
    await lune.post("Bonsoir")
    assert (await braise.event("msg"))["d"]["n"] == "Comète8"


async def test_blocks_made_elsewhere_filter_here(live: Live) -> None:
    """Read again for every link of the device; a block made here in the same moment is not undone."""
    lune, braise = await live.talker("Lune42"), await live.talker("Braise7")
    me, other = await live.guest(lune.token), await live.guest(braise.token)
    sessions = Sessions(live.house.live.hub, live.house.community.members)
    await live.house.community.store.write(rows.block, me.device, other.device, live.clock())
    await sessions.blocks_changed(Changed("block", me.device))
    await braise.post("Bonsoir")
    assert [event["e"] for event in await lune.durable(upto=1)] == ["skip"]
    await live.house.community.store.write(rows.unblock, me.device, other.device)
    await sessions.blocks_changed(Changed("block", me.device))
    await braise.post("Pardon")
    assert (await lune.durable(upto=2))[0]["d"]["b"] == "Pardon"
    await sessions.blocks_changed(Changed("block", "nobody's"))


async def test_who_has_gone_is_nobodys_concern(live: Live) -> None:
    """A change about a guest who is not connected here does nothing."""
    sessions = Sessions(live.house.live.hub, live.house.community.members)
    lune = await live.talker("Lune42")
    guest = await live.guest(lune.token)
    await lune.close()
    await until(lambda: not live.house.live.hub.of_guest(guest.id))
    await sessions.changed(guest.id, None)
    await sessions.changed(guest.id, replace(guest, pseudonym="Comète8"))
    assert await live.guest(lune.token) == guest
