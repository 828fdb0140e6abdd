"""The five rules of resume (PROTOCOL.md §1), each over real sockets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.live import Client, Live, living
from veillee.automod.engine import Engine
from veillee.model.verdict import Action, Facts, Verdict


def offsets(events: list[dict[str, Any]]) -> list[int]:
    """Their offsets."""
    return [event["s"] for event in events]


async def test_a_removed_message_comes_back_as_its_tombstone(live: Live) -> None:
    """ "Replay never resurrects content: a removed message comes back as its tombstone with the same `s`." """
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    first = await lune.post("à effacer")
    await renard.durable(upto=first["s"])
    await renard.close()
    gone = await lune.ok("del", r="accueil", id=first["id"])
    back = await live.client(renard.token, {"accueil": ["e1", 0]})
    replayed = await back.durable(upto=gone["s"])
    assert replayed[0]["s"] == first["s"]
    assert replayed[0]["d"] == {"id": first["id"], "gone": True}
    assert replayed[1]["e"] == "del"
    assert replayed[1]["d"] == {"id": first["id"], "by": "author"}
    page = await back.ok("hist", r="accueil")
    assert page["events"][0]["d"] == {"id": first["id"], "gone": True}
    assert "à effacer" not in "".join(back.frames)


async def test_a_removed_message_is_a_tombstone_from_the_store_too(live: Live) -> None:
    """The same when the tail does not reach back far enough and the store is asked."""
    lune = await live.talker("Lune42")
    first = await lune.post("à effacer")
    await lune.ok("del", r="accueil", id=first["id"])
    page = await lune.ok("hist", r="accueil", before=first["s"] + 1)
    assert page["events"] == [{"e": "msg", "r": "accueil", "s": first["s"], "t": first["t"],
                               "d": {"id": first["id"], "gone": True}}]  # fmt: skip


async def test_a_blocked_authors_message_is_a_skip_everywhere(live: Live) -> None:
    """ "Filtered events keep numbering: a blocked author's message arrives as `skip`": live, in replay, in hist."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    lune_face = (await lune.ok("join", r="accueil"))["me"]["u"]
    await renard.ok("block", u=lune_face)
    said = await lune.post("vous ne me lisez pas")
    assert (await renard.durable(upto=said["s"]))[-1] == {"e": "skip", "r": "accueil", "s": said["s"]}
    page = await renard.ok("hist", r="accueil")
    assert page["events"] == [{"e": "skip", "r": "accueil", "s": said["s"]}]
    again = await live.client(renard.token, {"accueil": ["e1", 0]})
    assert (await again.durable(upto=said["s"])) == [{"e": "skip", "r": "accueil", "s": said["s"]}]
    assert "vous ne me lisez pas" not in "".join(renard.frames + again.frames)
    joined = await (await live.client(renard.token)).ok("join", r="accueil")
    assert joined["last"] == [{"e": "skip", "r": "accueil", "s": said["s"]}]
    await renard.ok("unblock", u=lune_face)
    second = await lune.post("et maintenant")
    assert (await renard.durable(upto=second["s"]))[-1]["d"]["b"] == "et maintenant"


class Holding:
    """The engine, but whatever holds the word `attente` waits for a person."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def screen(self, facts: Facts, *rest: Any) -> tuple[Verdict, Any]:
        verdict, state = self.engine.screen(facts, *rest)
        return (replace(verdict, action=Action.HOLD) if "attente" in facts.text else verdict), state


async def test_a_held_message_gets_its_offset_at_release(tmp_path: Any, kind: str) -> None:
    """ "A held message gets its `s` at release", under the id its author was told."""
    async with living(tmp_path, kind, screener=Holding) as live:
        lune = await live.talker("Lune42")
        held = await lune.post("en attente", "k1")
        assert held["held"] is True
        assert held["case"]
        assert held["code"]
        assert "s" not in held
        next_one = await lune.post("la suite")
        assert next_one["s"] == 1
        await live.house.community.messages.release(held["id"])
        seen = await lune.durable(upto=2)
        assert [(e["s"], e["d"]["id"]) for e in seen] == [(1, next_one["id"]), (2, held["id"])]


async def test_ok_comes_before_the_authors_own_event_and_events_in_order(live: Live) -> None:
    """ "`s` is assigned in the transaction of the row; broadcast strictly after commit, in order"; the author
    receives it too, after `ok`."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    oks = await asyncio.gather(*(lune.post(f"n° {n}") for n in range(10)))
    assert sorted(ok["s"] for ok in oks) == list(range(1, 11))
    assert offsets(await renard.durable(upto=10)) == list(range(1, 11))
    await lune.durable(upto=10)
    for ok in oks:
        own = [n for n, thing in enumerate(lune.log) if thing.get("d", {}).get("id") == ok["id"]]
        answered = [n for n, thing in enumerate(lune.log) if thing.get("ok", {}).get("id") == ok["id"]]
        assert answered[0] < own[0]


async def test_a_key_is_good_once(live: Live) -> None:
    """ "`(author, k)` is unique for 24 h; same `k`, other body: `key_reused`"; a duplicate adds "dup":1."""
    lune = await live.talker("Lune42")
    first = await lune.post("Bonsoir", "k1")
    assert await lune.post("Bonsoir", "k1") == first | {"dup": 1}
    assert (await lune.err("send", r="accueil", k="k1", b="autre chose"))["c"] == "key_reused"
    other = await live.talker("Renard7")
    assert (await other.post("Bonsoir", "k1"))["s"] == first["s"] + 1


async def test_hello_tells_how_each_room_stands(live: Live) -> None:
    """The answer's `st` is `ok`, `gap`, `gone` or `no`; what was missed follows, then `synced`."""
    lune = await live.talker("Lune42", "accueil", "cafe")
    for n in range(3):
        await lune.post(f"n° {n}")
    await lune.post("au café", room="cafe")
    live.rooms.check_open(live.rooms.get("cafe"))
    back = await live.client(
        lune.token, {"accueil": ["e1", 1], "cafe": ["other", 1], "nowhere": ["e1", 4]},
    )  # fmt: skip
    stands = {slug: entry["st"] for slug, entry in back.hello["rooms"].items()}
    assert stands == {"accueil": "ok", "cafe": "gap", "nowhere": "gone", "@me": "ok"}
    assert offsets(await back.durable(upto=3)) == [2, 3]
    assert (await back.event("synced"))["r"] == "accueil"
    assert offsets(await back.durable("cafe", upto=1)) == [1]
    assert "s" not in await back.event("synced")


async def test_a_future_offset_is_a_gap(live: Live) -> None:
    """Whoever stands where nothing is (a restored backup) drops their cache."""
    lune = await live.talker("Lune42")
    said = await lune.post("un")
    back = await live.client(lune.token, {"accueil": ["e1", 99]})
    assert back.hello["rooms"]["accueil"] == {"ep": "e1", "s": 1, "st": "gap", "u": back.hello["rooms"]["accueil"]["u"]}
    assert offsets(await back.durable(upto=said["s"])) == [1]


async def test_a_banned_room_is_no(live: Live) -> None:
    """`no`: the room is there, and not for this guest now."""
    from veillee.model.sanction import SanctionKind

    lune = await live.talker("Lune42")
    await live.impose(lune.token, SanctionKind.ROOM_BAN, "accueil")
    back = await live.client(lune.token, {"accueil": ["e1", 0]})
    assert back.hello["rooms"]["accueil"]["st"] == "no"


async def test_sync_brings_what_came_after_and_then_says_synced(live: Live) -> None:
    """`sync`: `ep s st`; the events follow, then `synced`."""
    lune = await live.talker("Lune42")
    for n in range(5):
        await lune.post(f"n° {n}")
    await lune.durable(upto=5)
    assert await lune.ok("sync", r="accueil", after=2) == {"ep": "e1", "s": 5, "st": "ok"}
    assert offsets(await lune.durable(upto=5)) == [3, 4, 5]
    assert await lune.event("synced") == {"e": "synced", "r": "accueil"}


async def test_many_events_share_a_frame(live: Live) -> None:
    """ "A server frame may hold several events, one JSON object a line, in order.\""""
    lune = await live.talker("Lune42")
    for n in range(6):
        await lune.post(f"n° {n}")
    back = await live.client(lune.token, {"accueil": ["e1", 0]})
    await back.event("synced")
    assert any(frame.count("\n") == 6 for frame in back.frames)


@pytest.mark.parametrize("rounds", [3])
async def test_no_live_event_overtakes_a_replay(live: Live, rounds: int) -> None:
    """While somebody resumes two rooms, others talk in both: nothing is missing, nothing comes twice or too early."""
    lune = await live.talker("Lune42", "accueil", "cafe")
    talkers = [await live.talker(f"Parleur{n}", "accueil", "cafe") for n in range(3)]
    for _ in range(rounds):
        start = {slug: live.house.live.hub.room(slug).tail.last for slug in ("accueil", "cafe")}

        async def talk(talker: Client) -> None:
            for n in range(3):
                await talker.post(f"a{n}")
                await talker.post(f"c{n}", room="cafe")

        talking = [asyncio.create_task(talk(talker)) for talker in talkers]
        back = await live.client(lune.token, {slug: ["e1", s] for slug, s in start.items()})
        await asyncio.gather(*talking)
        for slug, s in start.items():
            seen = [e["s"] for e in back.log if e.get("r") == slug and "s" in e]
            if not seen or seen[-1] < s + 9:
                await back.event(None, lambda e, slug=slug, s=s: e.get("r") == slug and e.get("s") == s + 9)  # type: ignore[misc]
            seen = [e["s"] for e in back.log if e.get("r") == slug and "s" in e]
            assert seen == list(range(s + 1, s + 10))
        assert "ok" in back.log[0]
        await back.close()
        live.clock.forward(30_000)
