"""Two processes, one place: two houses over one store and one Valkey, people on both, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.live import Live, living, until
from tests.valkey import Valkey, own_valkey, valkey
from veillee.bus.valkey import ValkeyBus
from veillee.chat.guests import Entry
from veillee.chat.whereabouts import Whereabouts
from veillee.model.errors import Refused
from veillee.model.room import Room
from veillee.model.sanction import SanctionKind
from veillee.model.staff import Role as StaffRole
from veillee.store import guests as guest_rows
from veillee.store import messages as rows

AT_ONCE_S = 1.0
"""Sanctions and blocks hold on every process within this."""


@pytest.fixture(params=["file", "scaled"], autouse=True)
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Each kind of store that two processes can share, in turn: `two` finds it in the folder."""
    (tmp_path / "kind").write_text(request.param)


@asynccontextmanager
async def two(folder: Path, url: str) -> AsyncIterator[tuple[Live, Live]]:
    """Two houses that know of each other."""
    kind = (folder / "kind").read_text()
    async with living(folder, kind, bus=url) as one, living(folder, kind, bus=url) as other:
        await until(lambda: bus(one).connected and bus(other).connected)
        await whereabouts(one).exchange()
        await whereabouts(other).exchange()
        yield one, other


def bus(live: Live) -> ValkeyBus:
    """The house's end of the bus."""
    assert live.house.community.processes is not None
    return live.house.community.processes.bus


def whereabouts(live: Live) -> Whereabouts:
    """What the house tells the other of who is here."""
    assert live.house.community.processes is not None
    assert live.house.community.processes.whereabouts is not None
    return live.house.community.processes.whereabouts


@pytest.fixture
def own() -> Iterator[Valkey]:
    """A Valkey that the test may kill."""
    with own_valkey() as server:
        yield server


@contextlib.contextmanager
def within_a_second() -> Iterator[None]:
    """What is waited for in the block comes in time."""
    started = time.monotonic()
    yield
    crowded = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # each waits so many times as long for a processor
    assert time.monotonic() - started < AT_ONCE_S * crowded


async def away(server: Valkey, *houses: Live) -> None:
    """Valkey dies, and every process has noticed."""
    server.kill()
    await until(lambda: not any(bus(house).connected for house in houses))


def bodies(events: list[dict[str, Any]]) -> list[str]:
    """What was said, in the order in which it came."""
    return [event["d"]["b"] for event in events if event["e"] == "msg"]


def offsets(events: list[dict[str, Any]]) -> list[int]:
    """The offsets, in the order in which they came."""
    return [event["s"] for event in events]


async def test_people_on_two_processes_talk_to_each_other(tmp_path: Path) -> None:
    """Both write as fast as they can: each hears everything, once, in the one order of the room."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune, braise = await one.talker("Lune42"), await other.talker("Braise7")

        async def talk(client: Any, name: str) -> None:
            for number in range(10):
                await client.post(f"{name} {number}")

        await asyncio.gather(talk(lune, "lune"), talk(braise, "braise"))
        heard = [await client.durable(upto=20) for client in (lune, braise)]
        assert [offsets(each) for each in heard] == [list(range(1, 21))] * 2
        assert bodies(heard[0]) == bodies(heard[1])
        assert [body for body in bodies(heard[0]) if body.startswith("lune")] == [f"lune {n}" for n in range(10)]


async def test_whoever_is_dropped_by_one_is_whole_on_the_other(tmp_path: Path) -> None:
    """A client resumes on the other process from its offsets: nothing is missing, nothing comes twice."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune, braise = await one.talker("Lune42"), await one.talker("Braise7")
        await braise.post("un")
        last = (await lune.durable(upto=1))[-1]["s"]
        await lune.close()
        for body in ("deux", "trois"):
            await braise.post(body)
        back = await other.client(lune.token, {"accueil": ["e1", last]})
        assert back.hello["rooms"]["accueil"]["st"] == "ok"
        await braise.post("quatre")
        assert bodies(await back.durable(upto=4)) == ["deux", "trois", "quatre"]
        answer = await back.post("cinq", key="k5")
        again = await one.client(lune.token, {"accueil": ["e1", 5]})
        assert await again.post("cinq", key="k5") == answer | {"dup": 1}


async def test_an_offset_from_ahead_is_no_gap(tmp_path: Path) -> None:
    """The client has seen more on the other process than has reached this one: it is caught up, not sent back."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune = await one.talker("Lune42")
        bus(one).here = lambda events: None  # type: ignore[method-assign]  # this process lags
        braise = await other.talker("Braise7")
        for body in ("un", "deux"):
            await braise.post(body)
        await lune.close()
        back = await one.client(lune.token, {"accueil": ["e1", 2]})
        assert back.hello["rooms"]["accueil"]["st"] == "ok"
        assert back.hello["rooms"]["accueil"]["s"] == 2


@pytest.mark.parametrize("connected", [True, False], ids=["with Valkey", "without"])
async def test_a_ban_holds_on_the_other_process(tmp_path: Path, own: Valkey, connected: bool) -> None:
    """LAW: a suspension must hold everywhere. Decided on one process, it ends connections on the other within a
    second, with `bye` and 4403, also while Valkey is away."""
    async with two(tmp_path, own.url) as (one, other):
        lune = await other.talker("Lune42")
        if not connected:
            await away(own, one, other)
        with within_a_second():
            await one.impose(lune.token, SanctionKind.SERVICE_BAN)
            assert (await lune.event("bye"))["d"]["c"] == "suspended"
            assert await lune.closed() == 4403
        refused = await (await other.connect()).err("hello", v=1, tok=lune.token)
        assert refused["c"] == "suspended"


@pytest.mark.parametrize("connected", [True, False], ids=["with Valkey", "without"])
async def test_a_mute_holds_and_is_lifted_on_the_other_process(tmp_path: Path, own: Valkey, connected: bool) -> None:
    """Muted on one process, silent on the other; lifted, free again."""
    async with two(tmp_path, own.url) as (one, other):
        lune = await other.talker("Lune42")
        device = (await other.guest(lune.token)).device
        if not connected:
            await away(own, one, other)
        there = other.house.community.sanctions
        with within_a_second():
            await one.impose(lune.token, SanctionKind.MUTE)
            await until(lambda: bool(there.active(device)))
        assert (await lune.err("send", r="accueil", k="k1", b="Bonsoir"))["c"] == "muted"
        with within_a_second():
            await one.house.community.sanctions.lift(there.active(device)[0].id)
            await until(lambda: not there.active(device))
        await lune.post("Bonsoir")


@pytest.mark.parametrize("connected", [True, False], ids=["with Valkey", "without"])
async def test_a_block_holds_on_the_other_process(tmp_path: Path, own: Valkey, connected: bool) -> None:
    """One person, two tabs, two processes: who is blocked in one is not seen in the other, and no gap betrays it."""
    async with two(tmp_path, own.url) as (one, other):
        lune, braise = await one.talker("Lune42"), await one.talker("Braise7")
        tab = await other.client(lune.token, None, "accueil")
        await braise.post("Bonsoir")
        said = (await lune.durable(upto=1))[0]
        if not connected:
            await away(own, one, other)
        [link] = other.house.live.hub.of_guest((await other.guest(lune.token)).id)
        with within_a_second():
            await lune.ok("block", u=said["d"]["u"])
            await until(lambda: bool(link.blocked))
        await braise.post("Encore")
        heard = await tab.durable(upto=2)
        assert [event["e"] for event in heard if event["s"] == 2] == ["skip"]
        await lune.ok("unblock", u=said["d"]["u"])
        await until(lambda: not link.blocked)
        await braise.post("Pardon")
        assert bodies(await tab.durable(upto=3)) == ["Pardon"]


async def test_another_pseudonym_is_borne_on_the_other_process(tmp_path: Path) -> None:
    """Renamed in one tab: the other one speaks under the new pseudonym, and nobody is told that they are the same."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune, braise = await one.talker("Lune42"), await other.talker("Braise7")
        tab = await other.client(lune.token, None, "accueil")
        await lune.ok("nick", n="Comète8")
        [link] = other.house.live.hub.of_guest((await one.guest(lune.token)).id)
        await until(lambda: link.known().pseudonym == "Comète8")
        assert [each["n"] for each in (await braise.ok("who", r="accueil"))["members"]] == ["Braise7"]
        await tab.post("Bonsoir")
        assert (await braise.event("msg"))["d"]["n"] == "Comète8"
        await until(lambda: len(other.house.community.presence.members("accueil")) == 2)


async def test_leaving_ends_the_session_everywhere(tmp_path: Path) -> None:
    """Left by one process's page, ended on the other: the connection is told, and its token opens nothing."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune = await other.talker("Lune42")
        answer = await one.http.post("/api/v1/leave", headers={"cookie": f"veillee={lune.token}"})
        assert answer.status_code < 300, answer.text
        assert await lune.closed() == 4100
        assert (await (await other.connect()).err("hello", v=1, tok=lune.token))["c"] == "unauthenticated"


async def test_a_session_reopened_on_one_ends_on_the_other(tmp_path: Path) -> None:
    """Four words typed on a second device: the first one's connection ends, the new one stays."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        entered = await other.house.community.guests.enter(Entry("Lune42", True, "carnet"))
        first = await other.client(entered.token, None, "accueil")
        assert entered.phrase is not None
        again = await one.house.community.guests.reopen(entered.phrase, "téléphone")
        second = await other.client(again.token, None, "accueil")
        assert await first.closed() == 4100
        await second.post("Me revoici")


async def test_rooms_are_the_same_everywhere(tmp_path: Path) -> None:
    """Opened on one, joined on the other; closed on one, left on the other."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune = await other.talker("Lune42")
        await one.rooms.create(Room("gare", "e1", "La gare"))
        await until(lambda: any(view.room.slug == "gare" for view in other.rooms.listing()))
        await lune.ok("join", r="gare")
        await one.rooms.close("gare")
        assert (await lune.event("bye", lambda event: event["r"] == "gare"))["d"] == {"c": "room_closed"}


async def test_a_report_made_on_one_is_decided_for_both(tmp_path: Path) -> None:
    """DSA art. 16: a notice leads to a decision wherever it was made; a removal is seen wherever people are."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune, braise = await one.talker("Lune42"), await other.talker("Braise7")
        posted = await lune.post("Bonsoir à tous")
        await braise.durable(upto=1)
        answer = await braise.ok("report", target={"r": "accueil", "id": posted["id"]}, reason="other")
        assert answer["code"]
        await one.house.community.messages.remove(posted["id"], "7F3K-21AB")
        assert (await braise.event("del"))["d"]["id"] == posted["id"]


async def test_who_is_here_is_told_across_processes(tmp_path: Path) -> None:
    """Rosters and mentions reach over; a guest with a tab on each counts once; who leaves is gone on both."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune, braise = await one.talker("Lune42"), await other.talker("Braise7")
        tab = await other.client(lune.token, None, "accueil")
        here, there = one.house.community.presence, other.house.community.presence
        await until(lambda: here.count("accueil") == there.count("accueil") == 2)
        seen = {each["n"] for each in (await lune.ok("who", r="accueil"))["members"]}
        assert seen == {"Lune42", "Braise7"}
        await lune.post("Bonsoir @Braise7")
        assert (await braise.event("mention"))["d"]["room"] == "accueil"
        await braise.say('{"i": 99, "c": "typing", "r": "accueil"}')
        assert (await lune.event("typing"))["d"]["n"] == "Braise7"
        await braise.close()
        await until(lambda: here.count("accueil") == there.count("accueil") == 1)
        await tab.close()
        await lune.close()
        await until(lambda: here.everywhere() == there.everywhere() == 0)


async def test_a_pace_is_counted_together(tmp_path: Path) -> None:
    """Twelve messages at once, whichever processes they go through; the thirteenth waits."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune = await one.talker("Lune42")
        tab = await other.client(lune.token, None, "accueil")
        for number in range(12):
            await (lune if number % 2 else tab).post(f"message {number}", key=f"message {number}")
        assert (await lune.err("send", r="accueil", k="13", b="treize"))["c"] == "rate_limited"
        assert (await tab.err("send", r="accueil", k="13", b="treize"))["c"] == "rate_limited"


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_rooms_go_on_without_valkey_and_converge_after(tmp_path: Path, own: Valkey, how: str) -> None:
    """Valkey dies, or hangs as on a cut cable: on each process people go on, and what was said on the other comes from
    the store. When Valkey is back everything is as before."""
    async with two(tmp_path, own.url) as (one, other):
        lune, braise = await one.talker("Lune42"), await other.talker("Braise7")
        await lune.post("avec")
        if how == "killed":
            await away(own, one, other)
        else:
            own.freeze(True)
        await lune.post("sans, un")
        await braise.post("sans, deux")
        assert bodies(await braise.durable(upto=3)) == bodies(await lune.durable(upto=3)) == [
            "avec", "sans, un", "sans, deux",
        ]  # fmt: skip
        if how == "killed":
            own.start()
        else:
            own.freeze(False)
        received = bus(other).received
        await until(lambda: bus(one).connected and bus(other).connected)
        await lune.post("de nouveau")
        assert offsets(await braise.durable(upto=4)) == [4]
        await until(lambda: bus(other).received > received)
        presence = one.house.community.presence
        await until(lambda: presence.count("accueil") == 2)


async def test_what_was_committed_and_never_published_arrives(tmp_path: Path) -> None:
    """A process dies between the commit and the bus: who listens elsewhere gets the message from the store, and so
    does whoever was mentioned in it."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        lune, braise = await one.talker("Lune42"), await other.talker("Braise7")
        bus(one).publish = bus(one).here  # type: ignore[method-assign]  # nothing leaves this process any more
        await lune.post("Bonsoir @Braise7")
        assert bodies(await braise.durable(upto=1)) == ["Bonsoir @Braise7"]
        bus(other).publish = bus(other).here  # type: ignore[method-assign]
        guest = await other.guest(braise.token)
        await one.house.community.store.write(guest_rows.tell, guest.id, "mention", {"room": "cafe"}, one.clock())
        assert (await braise.event("mention", lambda e: e["d"]["room"] == "cafe"))["r"] == "@me"
        assert await one.house.community.store.read(rows.last_offset, "accueil") == 1


async def test_staff_signed_in_on_one_work_on_the_other(tmp_path: Path) -> None:
    """Sessions and their CSRF tokens, duties and reserved pseudonyms are the instance's, not a process's."""
    async with valkey() as (url, _), two(tmp_path, url) as (one, other):
        accounts = one.house.accounts
        made = await accounts.add("nadia", "Nadia", StaffRole.MODERATOR, "une longue phrase", by="cli")
        code = pyotp.TOTP(made.totp_secret).at(one.clock() // 1000)
        entered = await one.http.post(
            "/console/login", data={"login": "nadia", "password": "une longue phrase", "code": code}
        )
        assert entered.status_code == 303, entered.text
        other.http.cookies = one.http.cookies
        page = await other.http.get("/console/")
        assert page.status_code == 200
        token = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert token is not None
        started = await other.http.post("/console/duty", data={"csrf": token[1], "hours": "1"})
        assert started.status_code == 303, started.text
        await until(one.house.duty.attended)
        with pytest.raises(Refused):
            await until(lambda: bool(other.house.community.guests.reserved.check("Nadia")))
