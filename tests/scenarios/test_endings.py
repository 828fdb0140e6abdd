"""How connections end, each with its close code (PROTOCOL.md §1), and what happens to whoever comes back."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.live import Live, living, until
from veillee.model.sanction import SanctionKind
from veillee.model.verdict import ALLOWED, Facts, Verdict
from veillee.protocol.limits import BAD_FRAMES, COMMANDS_A_SECOND


@pytest.mark.parametrize(
    "frame",
    [
        b"x" * (16 * 1024 + 1), b'{"i":1,"c":"nick","n":"\xff"}', b"\x00\x01", b'{"i":1,"c":"dance"}', b"[]",
        b'{"i":1,"c":"join","r":7}', b'{"i":1,"c":"send","r":"accueil","k":"a"}', b'{"i":-1,"c":"ping"}',
    ],
    ids=["oversize", "invalid UTF-8", "binary", "unknown", "no object", "wrong type", "missing", "bad id"],
)  # fmt: skip
async def test_a_bad_frame_is_answered_and_the_session_lives_on(live: Live, frame: bytes) -> None:
    """ "A bad frame gets an error event; the session lives on.\""""
    lune = await live.talker("Lune42")
    await lune.say(frame)
    await until(lambda: any("err" in thing for thing in lune.log))
    error = next(thing["err"] for thing in lune.log if "err" in thing)
    assert (error["c"], bool(error["m"]), bool(error["why"])) == ("bad_frame", True, True)
    assert await lune.ok("who", r="accueil")


async def test_ten_bad_frames_close(live: Live) -> None:
    """4400 bad frames: stop."""
    lune = await live.talker("Lune42")
    for n in range(BAD_FRAMES):
        await lune.say(json.dumps({"i": 1000 + n, "c": "dance"}))
    assert await lune.closed() == 4400
    assert sum("err" in thing for thing in lune.log) == BAD_FRAMES


async def test_a_fragmented_message_is_one_frame(live: Live) -> None:
    """RFC 6455 §5.4: a message may come in pieces, empty ones too."""
    lune = await live.talker("Lune42")
    await lune.socket.send(['{"i":99,', "", '"c":"pi', 'ng"}'])
    assert "ok" in await lune.answer(99)


async def test_whoever_says_no_hello_is_let_go(live: Live) -> None:
    """4401 no `hello` in 10 s."""
    client = await live.connect()
    live.turn(10)
    assert await client.closed() == 4401


async def test_other_commands_wait_for_hello(live: Live) -> None:
    """`unauthenticated`, and the session lives on."""
    client = await live.connect()
    assert (await client.err("join", r="accueil"))["c"] == "unauthenticated"
    assert await client.ok("hello", v=1, tok=await live.enter("Lune42"))
    assert (await client.err("hello", v=1))["c"] == "bad_frame"


async def test_another_version_is_told_to_come_afresh(live: Live) -> None:
    """4101 protocol upgraded."""
    client = await live.connect()
    await client.err("hello", v=2)
    assert await client.closed() == 4101


async def test_a_silent_client_is_let_go(live: Live) -> None:
    """The server sends `ping` every `hb` seconds; 4003 for whoever says nothing for two rounds."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    for _ in range(3):
        live.turn(25)
        await renard.event("ping")
        await renard.ok("ping")
        if lune.code is None:
            await asyncio.sleep(0)
    assert await lune.closed() == 4003
    assert renard.code is None


async def test_too_fast_is_told_and_closed(live: Live) -> None:
    """4008 too fast: `rate_limited` with `retry` first."""
    lune = await live.talker("Lune42")
    for n in range(COMMANDS_A_SECOND * 5 + 5):
        await lune.say(json.dumps({"i": 1000 + n, "c": "ping"}))
    assert await lune.closed() == 4008
    refused = [thing["err"] for thing in lune.log if "err" in thing]
    assert refused[0]["c"] == "rate_limited"
    assert refused[0]["retry"] > 0


async def test_an_unknown_token_is_refused(live: Live) -> None:
    """4100 session unknown: the error is answered first."""
    client = await live.connect()
    assert (await client.err("hello", v=1, tok="nobody"))["c"] == "unauthenticated"
    assert await client.closed() == 4100


async def test_nine_tabs_are_too_many(live: Live) -> None:
    """4409 too many tabs."""
    token = await live.enter("Lune42")
    tabs = [await live.client(token) for _ in range(8)]
    ninth = await live.connect()
    assert (await ninth.err("hello", v=1, tok=token))["c"] == "rate_limited"
    assert await ninth.closed() == 4409
    await tabs[0].close()
    await until(lambda: len(live.house.live.hub) == 7)
    assert (await live.client(token)).hello


async def test_too_many_connections_from_one_network(live: Live) -> None:
    """4429 too many connections; a trusted proxy names the address, its right-most entry counts."""
    live.house.live.door._limit = 2
    kept = [
        await live.connect(additional_headers={"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.9"}) for n in range(2)
    ]
    third = await live.connect(additional_headers={"X-Forwarded-For": "203.0.113.9"})
    assert await third.closed() == 4429
    other = await live.connect(additional_headers={"X-Forwarded-For": "203.0.113.10"})
    await kept[0].close()
    again = await live.connect(additional_headers={"X-Forwarded-For": "203.0.113.9"})
    await again.err("join", r="accueil")
    assert (again.code, other.code) == (None, None)


async def test_a_restart_brings_everybody_back(live: Live) -> None:
    """4001 restarting, after `bye`; also for who has not said hello."""
    lune = await live.talker("Lune42")
    greeting = await live.connect()
    live.server.should_exit = True
    assert (await lune.event("bye"))["d"] == {"c": "maintenance"}
    assert await lune.closed() == 4001
    assert await greeting.closed() == 4001


async def test_a_service_ban_says_why_and_stops(live: Live) -> None:
    """4403 suspended: "the reason came in `bye`"; and again for whoever comes back."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    await live.impose(lune.token, SanctionKind.SERVICE_BAN)
    bye = await lune.event("bye")
    assert (bye["d"]["c"], bye["d"]["rule"], bye["d"]["case"], bye["d"]["code"]) == (
        "suspended", "2", "7F3K-21AB", "CODE",
    )  # fmt: skip
    assert bye["d"]["until"] > live.clock()
    assert await lune.closed() == 4403
    assert (await renard.event("part"))["d"]["n"] == "Lune42"
    back = await live.connect()
    assert (await back.err("hello", v=1, tok=lune.token))["c"] == "suspended"
    assert (await back.event("bye"))["d"]["code"] == "CODE"
    assert await back.closed() == 4403


async def test_a_room_ban_ends_one_room(live: Live) -> None:
    """The other rooms go on; coming back is `suspended`."""
    lune = await live.talker("Lune42", "accueil", "cafe")
    renard = await live.talker("Renard7")
    await live.impose(lune.token, SanctionKind.ROOM_BAN, "accueil")
    assert (await lune.event("bye"))["r"] == "accueil"
    assert (await renard.event("part"))["d"]["n"] == "Lune42"
    assert (await lune.err("join", r="accueil"))["c"] == "suspended"
    assert await lune.post("au café", room="cafe")


async def test_a_muted_guest_reads_and_does_not_speak(live: Live) -> None:
    """`muted`, with the case and the code to contest it."""
    lune = await live.talker("Lune42")
    await live.impose(lune.token, SanctionKind.MUTE)
    error = await lune.err("send", r="accueil", k="a", b="Bonsoir")
    assert (error["c"], error["case"], error["code"]) == ("muted", "7F3K-21AB", "CODE")
    assert (await lune.ok("who", r="accueil"))["count"] == 1


class Letting:
    """An engine for a test about something else: it lets everything pass."""

    def screen(self, facts: Facts, *_: Any) -> tuple[Verdict, Any]:
        return ALLOWED, None


async def test_a_slow_reader_resumes_without_loss(tmp_path: Path, kind: str) -> None:
    """4002 slow consumer: what was written arrives, then the code; resuming from there misses nothing."""
    async with living(tmp_path, kind, screener=lambda _: Letting()) as live:
        lune = await live.talker("Lune42")
        slow = await live.connect(max_queue=1)
        slow.socket.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 128 * 1024)
        slow_token = await live.enter("Lent7")
        await slow.ok("hello", v=1, tok=slow_token)
        await slow.ok("join", r="accueil")
        slow.socket.transport.pause_reading()
        hub = live.house.live.hub.room("accueil")
        sent = 0
        while len(hub.plain) == 2:
            sent = (await lune.post("x" * 3_900))["s"]
            live.clock.forward(1_500)
            assert sent < 3_000
        await lune.durable(upto=sent)
        assert live.house.live.door.slow_readers == 1
        slow.socket.transport.resume_reading()
        assert await slow.closed() == 4002
        got = [thing["s"] for thing in slow.log if thing.get("e") == "msg"]
        assert got == list(range(1, len(got) + 1))
        back = await live.client(slow_token, {"accueil": ["e1", got[-1]]})
        assert back.hello["rooms"]["accueil"]["s"] == sent
        if back.hello["rooms"]["accueil"]["st"] == "ok" and got[-1] < sent:
            assert [event["s"] for event in await back.durable(upto=sent)] == list(range(got[-1] + 1, sent + 1))


async def test_what_was_asked_before_closing_is_still_done(live: Live) -> None:
    """A client that sends and closes at once: the message is there, and nobody stays behind in the room."""
    renard = await live.talker("Renard7")
    token = await live.enter("Lune42")
    hasty = await live.client(token)
    for n, command in enumerate([{"c": "join", "r": "accueil"}, {"c": "send", "r": "accueil", "k": "k1", "b": "vite"}]):
        await hasty.say(json.dumps({"i": 1000 + n, **command}))
    await hasty.close()
    assert (await renard.event("msg"))["d"]["b"] == "vite"
    await until(lambda: any(thing.get("e") == "part" for thing in renard.log))
    assert (len(live.house.live.hub), live.house.community.presence.size("accueil")) == (1, 1)


@pytest.mark.parametrize("words", range(4))
async def test_a_connection_cut_in_the_middle_leaves_nothing_behind(live: Live, words: int) -> None:
    """The link is lost while `hello` with rooms, or `join`, is being carried out: no ghost stays, others go on.

    A link attached after it was lost used to break the delivery to everybody else.
    """
    renard = await live.talker("Renard7", "accueil", "cafe")
    token = await live.enter("Lune42")
    cut = await live.connect()
    await cut.say(json.dumps({"i": 1, "c": "hello", "v": 1, "tok": token,
                              "rooms": {"accueil": ["e1", 0], "cafe": ["e1", 0]}}))  # fmt: skip
    for _ in range(words):
        await asyncio.sleep(0)
    cut.socket.transport.abort()
    await cut.closed()
    presence = live.house.community.presence
    await until(lambda: not live.house.live.door.dispatch._tasks)
    await until(lambda: presence.size("accueil") == 1 and presence.size("cafe") == 1)
    assert len(live.house.live.hub) == 1
    said = await renard.post("toujours là")
    assert (await renard.durable(upto=said["s"]))[-1]["d"]["b"] == "toujours là"


async def refused(live: Live, path: str = "/ws", **options: object) -> int:
    """The HTTP status with which a handshake is refused."""
    from websockets.asyncio.client import connect

    with pytest.raises(InvalidStatus) as wrong:
        await connect(f"ws://127.0.0.1:{live.port}{path}", **options)  # type: ignore[arg-type]
    return wrong.value.response.status_code


async def test_foreign_origins_and_other_paths_are_refused_in_the_handshake(live: Live) -> None:
    """ "A foreign origin is refused in the handshake (403)"; only `/ws` is a WebSocket."""
    assert await refused(live, origin="https://evil.example") == 403
    assert await refused(live, origin="null") == 403
    assert await refused(live, path="/elsewhere") == 404
    for origin in (f"http://127.0.0.1:{live.port}", "http://essai.example"):
        client = await live.connect(origin=origin)
        assert (await client.err("ping"))["c"] == "unauthenticated"


async def test_the_subprotocol_is_agreed(live: Live) -> None:
    """`veillee.v1` where it is offered; a client that offers none is served too."""
    assert (await live.connect()).socket.subprotocol == "veillee.v1"
    assert (await live.connect(subprotocols=["other", "veillee.v1"])).socket.subprotocol == "veillee.v1"
    assert (await live.connect(subprotocols=None)).socket.subprotocol is None


async def test_the_cookie_names_the_guest_and_tok_wins(live: Live) -> None:
    """ "The guest is known by the `veillee` cookie, or by `tok` in `hello`", whatever other cookies there are."""
    one, two = await live.enter("Lune42"), await live.enter("Renard7")
    client = await live.connect(additional_headers=[("Cookie", 'x="1; b=2'), ("Cookie", f"veillee={one}")])
    assert (await client.ok("hello", v=1))["me"]["n"] == "Lune42"
    other = await live.connect(additional_headers={"Cookie": f"veillee={one}"})
    assert (await other.ok("hello", v=1, tok=two))["me"]["n"] == "Renard7"
