"""Every command with its `ok`, as the table of PROTOCOL.md §1 has it, over real sockets."""

from __future__ import annotations

import json

from tests.live import Live
from veillee.model.clock import MINUTE


async def test_hello_answers_who_i_am_and_how_the_wire_beats(live: Live) -> None:
    """`hello`: `me hb max rooms{slug:{ep,s,st}}`; `max` counts characters."""
    token = await live.enter("Lune42")
    lune = await live.client(token)
    assert lune.hello["me"]["n"] == "Lune42"
    assert (lune.hello["hb"], lune.hello["max"]) == (25, 4000)
    assert lune.hello["rooms"] == {"@me": {"ep": "me", "s": 0, "st": "ok"}}


async def test_a_protected_guest_is_told_so(live: Live) -> None:
    """ "A guest admitted under protection has `me.protected: true`.\""""
    token = await live.enter("Lune42", age=15)
    assert (await live.client(token)).hello["me"]["protected"] is True


async def test_ping_answers_the_time(live: Live) -> None:
    """`ping`: `t`."""
    assert await (await live.talker("Lune42")).ok("ping") == {"t": live.clock()}


async def test_join_answers_state_and_the_newest_events(live: Live) -> None:
    """`join`: `ep s room{…} last[50 events]`; joining again answers the same."""
    lune = await live.talker("Lune42")
    for n in range(60):
        await lune.post(f"n° {n}")
        live.clock.forward(1_000)
    first = await lune.ok("join", r="accueil")
    assert (first["ep"], first["s"], first["room"]["slug"]) == ("e1", 60, "accueil")
    assert [event["s"] for event in first["last"]] == list(range(11, 61))
    assert await lune.ok("join", r="accueil") == first


async def test_leave_answers_nothing_and_the_room_goes_quiet(live: Live) -> None:
    """`leave`: nothing. Nothing of the room comes any more, and nobody outside it may speak in it."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    assert await lune.ok("leave", r="accueil") == {}
    assert (await renard.event("part"))["d"]["n"] == "Lune42"
    await renard.post("parti ?")
    assert [event for event in await lune.settled() if event["e"] == "msg"] == []
    assert (await lune.err("send", r="accueil", k="x", b="coucou"))["c"] == "forbidden"


async def test_send_answers_id_offset_and_time(live: Live) -> None:
    """`send`: `id s t`; the event has `id u n b`, and `re` where it answers."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    said = await lune.post("Bonsoir")
    assert said.keys() == {"id", "s", "t"}
    heard = await renard.event("msg")
    assert heard["d"].keys() == {"id", "u", "n", "b"}
    assert (heard["s"], heard["t"], heard["d"]["id"]) == (said["s"], said["t"], said["id"])
    await renard.post("Bonsoir Lune", re=said["id"])
    assert (await lune.event("msg", lambda e: "re" in e["d"]))["d"]["re"] == said["id"]
    assert (await lune.err("send", r="accueil", k="z", b="à qui ?", re="nobody"))["c"] == "not_found"


async def test_sizes_are_refused_by_name(live: Live) -> None:
    """`empty`, `too_long`: checked after the key and before the rights."""
    lune = await live.talker("Lune42")
    assert (await lune.err("send", r="accueil", k="a", b="  \n "))["c"] == "empty"
    long = await lune.err("send", r="accueil", k="b", b="x" * 4001)
    assert (long["c"], "1 " in long["m"]) == ("too_long", True)
    assert (await lune.ok("send", r="accueil", k="c", b="é" * 4000))["s"] == 1


async def test_edit_and_del_answer_their_offset(live: Live) -> None:
    """`edit`, `del`: `s`. Ten minutes for an edit; a removal at any time; one's own messages only."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    said = await lune.post("Bonsior")
    assert await lune.ok("edit", r="accueil", id=said["id"], b="Bonsoir") == {"s": 2}
    assert (await renard.event("edit"))["d"] == {"id": said["id"], "b": "Bonsoir"}
    assert (await renard.err("edit", r="accueil", id=said["id"], b="pirate"))["c"] == "forbidden"
    assert (await renard.err("del", r="accueil", id=said["id"]))["c"] == "forbidden"
    live.clock.forward(10 * MINUTE + 1)
    assert (await lune.err("edit", r="accueil", id=said["id"], b="trop tard"))["c"] == "edit_expired"
    assert await lune.ok("del", r="accueil", id=said["id"]) == {"s": 3}
    assert (await renard.event("del"))["d"] == {"id": said["id"], "by": "author"}
    assert (await lune.err("del", r="accueil", id=said["id"]))["c"] == "not_found"


async def test_typing_is_shown_and_not_answered(live: Live) -> None:
    """`typing`: none. Those who block the author do not see it either."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    await lune.say(json.dumps({"c": "typing", "r": "accueil"}))
    assert (await renard.event("typing"))["d"]["n"] == "Lune42"
    await renard.ok("block", u=(await lune.ok("join", r="accueil"))["me"]["u"])
    await lune.say(json.dumps({"c": "typing", "r": "accueil"}))
    await lune.ok("ping")
    assert [event for event in await renard.settled() if event["e"] == "typing"] == []
    assert not any("i" in thing and thing["i"] == 0 for thing in lune.log)


async def test_read_answers_nothing(live: Live) -> None:
    """`read`: nothing."""
    assert await (await live.talker("Lune42")).ok("read", r="accueil", s=0) == {}


async def test_hist_pages_both_ways_and_around(live: Live) -> None:
    """`hist`: `events[]`; `before`, `after`, `around` are offsets."""
    lune = await live.talker("Lune42")
    for n in range(10):
        await lune.post(f"n° {n}")

    async def page(**where: int) -> list[int]:
        return [event["s"] for event in (await lune.ok("hist", r="accueil", **where))["events"]]

    assert await page(before=5, limit=2) == [3, 4]
    assert await page(after=5, limit=2) == [6, 7]
    assert await page(around=5, limit=4) == [4, 5, 6, 7]
    assert await page() == list(range(1, 11))


async def test_who_names_the_members(live: Live) -> None:
    """`who`: `members[] count`."""
    lune = await live.talker("Lune42")
    await live.talker("Renard7")
    who = await lune.ok("who", r="accueil")
    assert [member["n"] for member in who["members"]] == ["Lune42", "Renard7"]
    assert who["count"] == 2
    assert (await lune.err("who", r="cafe"))["c"] == "forbidden"
    assert (await lune.err("who", r="nowhere"))["c"] == "not_found"


async def test_presence_is_told_and_counts_are_fuzzy(live: Live) -> None:
    """`join`, `part`, `count`: several tabs of one guest are one person; under five, the count is null."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    assert (await lune.event("join"))["d"]["n"] in ("Lune42", "Renard7")
    tab = await live.client(renard.token, None, "accueil")
    await tab.close()
    assert [e for e in await lune.settled() if e["e"] == "part"] == []
    await renard.close()
    assert (await lune.event("part"))["d"]["n"] == "Renard7"
    live.house.community.presence.announce_counts()
    assert (await lune.event("count"))["d"] == {"count": None}


async def test_nick_links_nothing(live: Live) -> None:
    """`nick`: `me`. Others see somebody leave; whoever comes later has another `u`, and nothing joins the two."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    old = (await lune.ok("join", r="accueil"))["me"]["u"]
    await lune.post("avant")
    await renard.event("msg")
    answer = await lune.ok("nick", n="Hibou9")
    assert answer["me"]["n"] == "Hibou9"
    new = answer["rooms"]["accueil"]["u"]
    assert new != old
    assert (await renard.event("part"))["d"] == {"u": old, "n": "Lune42"}
    assert [m["n"] for m in (await renard.ok("who", r="accueil"))["members"]] == ["Renard7"]
    await lune.post("après")
    heard = await renard.event("msg")
    assert (heard["d"]["u"], heard["d"]["n"]) == (new, "Hibou9")
    for thing in renard.log:
        assert not (old in json.dumps(thing) and new in json.dumps(thing))
        assert not ("Hibou9" in json.dumps(thing) and "Lune42" in json.dumps(thing))
    page = await renard.ok("hist", r="accueil")
    assert [e["d"]["n"] for e in page["events"]] == ["Lune42", "Hibou9"]


async def test_report_and_appeal_answer_a_code(live: Live) -> None:
    """`report`, `appeal`: `code`, 128 bits in groups. An unknown code is `not_found`."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    said = await renard.post("quelque chose")
    answer = await lune.ok("report", target={"r": "accueil", "id": said["id"]}, reason="harassment", block=True)
    assert len(answer["code"].replace("-", "")) == 26
    again = await renard.post("encore")
    assert (await lune.durable(upto=again["s"]))[-1]["e"] == "skip"
    assert (await lune.err("appeal", code="0000", note="je conteste"))["c"] == "not_found"


async def test_a_message_that_may_hurt_asks_to_think_again(live: Live) -> None:
    """`think_again` comes with `confirm`; the same send with it goes through, any other text does not."""
    lune = await live.talker("Lune42")
    body, other = "t'es vraiment un connard", "t'es vraiment un gros connard"
    asked = await lune.err("send", r="accueil", k="k1", b=body)
    assert asked["c"] == "think_again"
    again = await lune.err("send", r="accueil", k="k2", b=other, confirm=asked["confirm"])
    assert again["c"] == "think_again"
    assert again["confirm"] != asked["confirm"]
    assert (await lune.ask("send", r="accueil", k="k1", b=body, confirm=asked["confirm"]))["ok"]["s"] == 1


async def test_sentences_are_in_the_guests_language(live: Live) -> None:
    """`lang` of `hello` decides; errors have one shape."""
    token = await live.enter("Lune42")
    for language, start in (("fr", "Ce salon"), ("en", "This room")):
        client = await live.connect()
        await client.ok("hello", v=1, tok=token, lang=language)
        error = await client.err("join", r="nowhere")
        assert error["c"] == "not_found"
        assert error["m"].startswith(start)
