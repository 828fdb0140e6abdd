"""Bad input at the live door, over real sockets: each a named error, and the session lives on where it should."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.fuzz.callers import ROOM, Caller, calling, enter, fresh, present, token
from tests.servers import Serving

pytestmark = pytest.mark.processes


async def test_frames_that_are_no_commands_are_answered_and_forgiven(demo: Serving) -> None:
    """Over size, invalid UTF-8, no JSON, an unknown command, wrong types: `bad_frame`, and the session lives."""
    bad: list[bytes | str | dict[str, Any]] = [
        "x" * 17_000, b'{"i":5,"c":"ping","x":"\xc3\x28"}', "hello?", {"i": 5, "c": "dance"},
        {"i": "5", "c": "ping"}, {"i": 5, "c": "send", "r": ROOM, "k": 7, "b": "x"}, '{"i":5,"c":"ping"',
    ]  # fmt: skip
    async with present(demo, "Fuzzine") as caller:
        for frame in bad:
            assert await caller.error(frame) == "bad_frame"
            await caller.alive()
        assert "ok" in await caller.ask(b'{"i":6,"c":"ping"}', text=False)


async def test_a_request_id_comes_back_with_its_error(demo: Serving) -> None:
    """Whoever waits for request 41 learns that it was 41 that failed."""
    async with present(demo, "Fuzzette") as caller:
        assert (await caller.ask({"i": 41, "c": "dance"}))["i"] == 41


async def test_the_tenth_bad_frame_ends_the_connection(demo: Serving) -> None:
    """4400: a program with a bug is told to stop, not to come back."""
    async with present(demo, "Fuzzarde") as caller:
        for _ in range(10):
            assert await caller.error("nonsense") == "bad_frame"
        with pytest.raises(ConnectionClosed) as closed:
            await caller.answer()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400


async def everything(caller: Caller) -> None:
    """Read answers until the connection ends."""
    while True:
        await caller.answer()


async def test_a_flood_is_told_to_come_back_slower(demo: Serving) -> None:
    """Hundreds of commands at once: `rate_limited`, then 4008; others are not disturbed."""
    async with present(demo, "Calmine") as calm:
        async with present(demo, "Fuzzonde") as caller:
            for number in range(400):
                await caller.socket.send(json.dumps({"i": number, "c": "ping"}))
            with pytest.raises(ConnectionClosed) as closed:
                await everything(caller)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4008
        await calm.alive()


async def test_nothing_is_heard_before_hello(demo: Serving) -> None:
    """Every command but hello is `unauthenticated`; a second hello is `bad_frame`."""
    async with calling(demo) as caller:
        assert await caller.error({"i": 1, "c": "join", "r": ROOM}) == "unauthenticated"
        tok = await token(demo, "Fuzzelle")
        assert "ok" in await caller.ask({"i": 2, "c": "hello", "v": 1, "tok": tok})
        assert await caller.error({"i": 3, "c": "hello", "v": 1, "tok": tok}) == "bad_frame"
        await caller.alive()


async def outcome(caller: Caller, command: dict[str, Any]) -> str | int:
    """The error that a command is answered with, or the code that the connection is closed with."""
    try:
        return await caller.error(command)
    except ConnectionClosed as closed:
        return 0 if closed.rcvd is None else closed.rcvd.code


@pytest.mark.parametrize("forged", ["", "0" * 48, "é" * 8, "a; b", "x" * 1_000, "../../etc"])
async def test_a_forged_token_opens_nothing(demo: Serving, forged: str) -> None:
    """An invented or damaged token or cookie is nobody: an error by name or a close that says start afresh."""
    cookie = {"Cookie": f"veillee={forged.encode().hex()}"}
    async with calling(demo, additional_headers=cookie) as caller:
        assert await outcome(caller, {"i": 1, "c": "hello", "v": 1}) in {"unauthenticated", 4100}
    async with calling(demo) as caller:
        hello = {"i": 1, "c": "hello", "v": 1, "tok": forged}
        assert await outcome(caller, hello) in {"unauthenticated", "bad_frame", 4100}
    async with httpx.AsyncClient(base_url=demo.url, cookies={"veillee": forged.encode().hex()}) as http:
        answer = await http.post("/api/v1/leave")
        assert (answer.status_code, answer.json()["err"]["c"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://[", "::", ""]
)
async def test_a_foreign_origin_is_refused_in_the_handshake(demo: Serving, origin: str) -> None:
    """403 before any frame, for a page of somebody else and for an origin that is none; likewise over HTTP."""
    with pytest.raises(InvalidStatus) as refused:
        async with calling(demo, additional_headers={"Origin": origin}):
            pass
    assert refused.value.response.status_code == 403
    async with httpx.AsyncClient(base_url=demo.url, headers={"Origin": origin}) as http:
        for path, method in (("/api/v1/enter", "POST"), ("/cmd", "POST"), ("/sse", "GET")):
            answer = await http.request(
                method, path, json={"nick": "Intrus", "rules": True} if method == "POST" else None
            )
            assert (answer.status_code, answer.json()["err"]["c"]) == (403, "forbidden"), path


@pytest.mark.parametrize(
    ("nick", "code"),
    [
        ("x" * 10_000, "nick_invalid"), ("", "nick_invalid"), ("a", "nick_invalid"), ("\u202eeniram", "nick_invalid"),
        ("\x00\x01", "nick_invalid"), ("👩‍👩‍👧" * 2_000, "nick_invalid"), ("\ud800\ud800", "bad_request"),
    ],
    ids=["10,000 characters", "empty", "one", "right to left", "controls", "families", "half emoji"],
)  # fmt: skip
async def test_an_impossible_pseudonym_is_refused_by_name(demo: Serving, nick: str, code: str) -> None:
    """At the entry and when changing it: a named error of the right kind, in bounded time."""
    if code == "bad_request":
        async with httpx.AsyncClient(base_url=demo.url) as http:
            text = json.dumps({"nick": nick, "rules": True})
            answer = await http.post("/api/v1/enter", content=text, headers={"Content-Type": "application/json"})
    else:
        answer = await enter(demo, nick)
    assert 400 <= answer.status_code < 500
    assert answer.json()["err"]["c"] in {code, "bad_request"}
    async with present(demo, fresh("Nomade")) as caller:
        assert await caller.error({"i": 5, "c": "nick", "n": nick}) in {code, "bad_frame"}
        await caller.alive()


async def test_a_replayed_key_answers_what_it_answered(demo: Serving) -> None:
    """The same key and body: the same id and offset, `dup`, nothing new in the room. Another body: `key_reused`."""
    async with present(demo, "Rejoueuse") as caller:
        send = {"i": 7, "c": "send", "r": ROOM, "k": "une-fois", "b": "Bonsoir tout le monde."}
        first = (await caller.ask(send))["ok"]
        for _ in range(3):
            again = (await caller.ask(send))["ok"]
            assert (again["id"], again["s"], again["dup"]) == (first["id"], first["s"], 1)
        assert await caller.error(send | {"b": "Autre chose."}) == "key_reused"
        await caller.alive()
        assert [event["s"] for event in caller.events if event["e"] == "msg"].count(first["s"]) <= 1


async def test_the_same_key_at_once_is_one_message(demo: Serving) -> None:
    """Sent eight times in one breath, before any answer: one message, seven duplicates."""
    async with present(demo, "Insistante") as caller:
        send = {"c": "send", "r": ROOM, "k": "en-rafale", "b": "Je suis là."}
        for number in range(8):
            await caller.socket.send(json.dumps({"i": 100 + number, **send}))
        answers = [(await caller.answer())["ok"] for _ in range(8)]
        assert len({(answer["id"], answer["s"]) for answer in answers}) == 1
        assert sum(answer.get("dup", 0) for answer in answers) == 7


async def test_a_body_beyond_every_limit(demo: Serving) -> None:
    """Empty, blank, too long, control characters only: named; 4,000 characters pass."""
    async with present(demo, "Bavarde") as caller:
        bodies = {"": "empty", " \n\t": "empty", "mot " * 1_001: "too_long"}
        for number, (body, code) in enumerate(bodies.items()):
            assert await caller.error({"i": 5, "c": "send", "r": ROOM, "k": f"k{number}", "b": body}) == code
        long = "le vent dans les arbres, " * 160
        assert "ok" in await caller.ask({"i": 6, "c": "send", "r": ROOM, "k": "long", "b": long[:4_000]})


async def test_ids_of_others_and_of_nobody(demo: Serving) -> None:
    """Rooms, messages, faces and codes that do not exist or are not ours: refused by name, nothing hinted."""
    async with present(demo, "Curieuse") as caller:
        wrong: list[dict[str, Any]] = [
            {"c": "join", "r": "nowhere"}, {"c": "send", "r": "nowhere", "k": "a", "b": "x"},
            {"c": "edit", "r": ROOM, "id": "0" * 26, "b": "x"}, {"c": "del", "r": ROOM, "id": "' OR 1=1 --"},
            {"c": "hist", "r": "nowhere"}, {"c": "sync", "r": "../accueil", "after": 0},
            {"c": "report", "target": {}, "reason": "spam"},
            {"c": "report", "target": {"r": ROOM}, "reason": "boredom"}, {"c": "appeal", "code": "0000", "note": "x"},
            {"c": "send", "r": ROOM, "k": "b", "b": "x", "re": "no-such-id"},
        ]  # fmt: skip
        for number, command in enumerate(wrong):
            code = await caller.error({"i": 50 + number, **command})
            assert code in {"not_found", "forbidden", "bad_request", "bad_frame"}, command
        await caller.alive()


async def test_many_strangers_at_once_leave_no_trace(demo: Serving) -> None:
    """A hundred connections that send noise and drop: the server is ready, and somebody present noticed nothing."""

    async def noise(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", demo.port)
        writer.write([b"GET /ws HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET / HT", b"\x00" * 4_096][number % 4])
        if number % 2:
            await asyncio.wait_for(reader.read(100), 10)
        writer.transport.abort()

    async with present(demo, "Tranquille") as calm:
        async with asyncio.TaskGroup() as group:
            for number in range(100):
                if number % 4 != 2:
                    group.create_task(noise(number))
        await calm.alive()
    async with httpx.AsyncClient(base_url=demo.url) as http:
        assert (await http.get("/readyz")).status_code == 200
