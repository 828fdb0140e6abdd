"""The same conversation over `GET /sse` and `POST /cmd` (PROTOCOL.md §1), for networks that block WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx

from tests.live import PATIENCE, Live, until
from veillee.model.sanction import SanctionKind


class Listener:
    """An open stream, and commands posted on it."""

    def __init__(self, live: Live, response: httpx.Response, params: dict[str, str]) -> None:
        self._live = live
        self._lines = response.aiter_lines()
        self._ids = count(1)
        self._params = params
        self.headers = response.headers
        self.sid = ""

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of a kind."""
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if line.startswith("data: ") and (event := json.loads(line[6:]))["e"] == kind:
                    return dict(event)
        raise AssertionError(f"the stream ended before {kind}")

    async def post(self, command: str, **fields: Any) -> httpx.Response:
        """One command; the whole response."""
        return await self._live.http.post(
            "/cmd", params=self._params, headers={"Veillee-Stream": self.sid},
            content=json.dumps({"i": next(self._ids), "c": command, **fields}),
        )  # fmt: skip

    async def ok(self, command: str, **fields: Any) -> dict[str, Any]:
        """One command that must work."""
        answer = (await self.post(command, **fields)).json()
        assert "ok" in answer, answer
        return dict(answer["ok"])


@contextlib.asynccontextmanager
async def listening(live: Live, token: str) -> AsyncIterator[Listener]:
    """A stream that has said nothing yet."""
    async with live.http.stream("GET", "/sse", params={"tok": token}) as response:
        assert response.status_code == 200
        listener = Listener(live, response, {"tok": token})
        listener.sid = (await listener.event("open"))["d"]["sid"]
        yield listener


async def test_a_whole_conversation_without_websocket(live: Live) -> None:
    """ "SSE: `GET /sse?tok=…` streams the same events, `POST /cmd` takes one command", resuming included."""
    renard = await live.talker("Renard7")
    token = await live.enter("Lune42")
    async with listening(live, token) as lune:
        assert lune.headers["content-type"].startswith("text/event-stream")
        assert (await lune.ok("hello", v=1))["me"]["n"] == "Lune42"
        assert (await lune.ok("join", r="accueil"))["s"] == 0
        said = await lune.ok("send", r="accueil", k="k1", b="Bonsoir\nà tous")
        assert (await renard.event("msg"))["d"]["b"] == "Bonsoir\nà tous"
        assert (await lune.event("msg"))["d"]["id"] == said["id"]
        assert (await lune.post("typing", r="accueil")).status_code == 204
        assert (await renard.event("typing"))["d"]["n"] == "Lune42"
        refused = await lune.post("join", r="nowhere")
        assert (refused.status_code, refused.json()["err"]["c"]) == (200, "not_found")
        assert (await lune.post("dance")).status_code == 400
        last = await renard.post("à vous")
        assert (await lune.event("msg"))["s"] == last["s"]
    assert (await renard.event("part"))["d"]["n"] == "Lune42"
    missed = await renard.post("tu as raté ça")
    async with listening(live, token) as lune:
        hello = await lune.ok("hello", v=1, rooms={"accueil": ["e1", last["s"]]})
        assert hello["rooms"]["accueil"]["st"] == "ok"
        assert (await lune.event("msg"))["s"] == missed["s"]
        assert (await lune.event("synced"))["r"] == "accueil"
    await until(lambda: len(live.house.live.hub) == 1)


async def test_commands_at_once_are_carried_out_one_after_the_other(live: Live) -> None:
    """Ten joins in parallel on one stream count as one presence, which ends with it."""
    token = await live.enter("Lune42")
    async with listening(live, token) as lune:
        await lune.ok("hello", v=1)
        await asyncio.gather(*(lune.ok("join", r="accueil") for _ in range(10)))
        assert live.house.community.presence.size("accueil") == 1
    await until(lambda: live.house.community.presence.size("accueil") == 0)


async def test_streams_end_with_the_code_as_an_event(live: Live) -> None:
    """What is a close code there is a `close` event here, after `bye`."""
    token = await live.enter("Lune42")
    async with listening(live, token) as lune:
        await lune.ok("hello", v=1)
        await live.impose(token, SanctionKind.SERVICE_BAN)
        assert (await lune.event("bye"))["d"]["c"] == "suspended"
        assert (await lune.event("close"))["d"] == {"code": 4403}


async def test_a_stream_that_says_nothing_is_let_go(live: Live) -> None:
    """No `hello` in ten seconds: 4401."""
    async with listening(live, await live.enter("Lune42")) as lune:
        live.turn(10)
        assert (await lune.event("close"))["d"] == {"code": 4401}


async def test_nobody_posts_on_anothers_stream(live: Live) -> None:
    """The token must be that of the stream; without a stream, `unauthenticated`."""
    token, other = await live.enter("Lune42"), await live.enter("Renard7")
    async with listening(live, token) as lune:
        answer = await live.http.post(
            "/cmd", params={"tok": other}, headers={"Veillee-Stream": lune.sid}, content=b'{"i":1,"c":"hello","v":1}'
        )
        assert (answer.status_code, answer.json()["err"]["c"]) == (401, "unauthenticated")
        newest = await live.http.post("/cmd", params={"tok": token}, content=b'{"i":1,"c":"hello","v":1}')
        assert newest.json()["ok"]["me"]["n"] == "Lune42"


async def test_foreign_origins_and_full_networks_are_refused(live: Live) -> None:
    """403 for an origin that is not ours; 429 with `retry` beyond what one network may hold open."""
    for method, path in (("GET", "/sse"), ("POST", "/cmd")):
        answer = await live.http.request(method, path, headers={"Origin": "https://evil.example"})
        assert (answer.status_code, answer.json()["err"]["c"]) == (403, "forbidden")
    live.house.live.door._limit = 0
    answer = await live.http.get("/sse", headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, answer.json()["err"]["c"]) == (429, "rate_limited")
    assert int(answer.headers["retry-after"]) > 0


async def test_an_oversized_command_is_a_bad_frame(live: Live) -> None:
    """The limit of a frame holds here too, and the session lives on."""
    async with listening(live, await live.enter("Lune42")) as lune:
        answer = await lune.post("ping", x="y" * 20_000)
        assert (answer.status_code, answer.json()["err"]["c"]) == (400, "bad_frame")
        assert await lune.ok("hello", v=1)
