"""Server-sent events, below the level of conversations (tests/scenarios has those)."""

from __future__ import annotations

import json

from tests.live import Live
from veillee.gateway.sse import BUFFER_BYTES, Stream


async def test_a_stream_nobody_reads_is_closed(live: Live) -> None:
    """4002 as its last event, after everything that was written before."""
    door = live.house.live.door
    stream = Stream(door, "sid", None)
    written = 0
    while not stream.over:
        stream.send(b'{"x":"' + b"y" * 1000 + b'"}')
        written += 1
    assert door.slow_readers == 1
    assert written * 1016 > BUFFER_BYTES
    whole = b"".join([chunk async for chunk in stream.chunks()])
    lines = [json.loads(line[6:]) for line in whole.decode().split("\n") if line]
    assert lines[0]["d"]["sid"] == "sid"
    assert lines[-1]["d"] == {"code": 4002}
    assert len(lines) == written + 2


async def test_both_routes_are_described(live: Live) -> None:
    """`/openapi.json` names them."""
    paths = (await live.http.get("/openapi.json")).json()["paths"]
    assert "get" in paths["/sse"]
    assert "post" in paths["/cmd"]
    assert paths["/cmd"]["post"]["requestBody"]["content"].keys() == {"application/json"}
