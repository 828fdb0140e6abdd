"""Around every answer: headers that keep scripts and frames out, a size limit, no writing from foreign origins."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from veillee.model.errors import Refused
from veillee.web.guard import BODY_BYTES, Guard
from veillee.web.statuses import refusal

OWN = "http://salon.test"
FRIEND = "https://radio.test"


async def echo(request: Request) -> Response:
    """How much came, or the refusal of what was too much."""
    try:
        return JSONResponse({"bytes": len(await request.body())})
    except Refused as refused:
        return refusal(refused, "en")


def caller(headers: dict[str, str] | None = None, *, secure: bool = False) -> httpx.AsyncClient:
    """Somebody at a guarded application in which a friend may embed rooms."""
    app = Starlette(routes=[Route("/embed/cafe", echo), Route("/{any:path}", echo, methods=["GET", "POST", "DELETE"])])
    guarded = Guard(app, frozenset({FRIEND}), secure)
    return httpx.AsyncClient(transport=httpx.ASGITransport(guarded), base_url=OWN, headers=headers)


async def test_nothing_unsafe_may_run() -> None:
    """The policy starts from nothing, has no `unsafe-`, and nobody may put our pages in a frame."""
    async with caller() as http:
        headers = (await http.get("/")).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert "strict-transport-security" not in headers


async def test_a_friend_may_embed_a_room_and_nothing_else() -> None:
    """Only below `/embed/` do the listed origins appear among the ancestors."""
    async with caller() as http:
        embedded = (await http.get("/embed/cafe")).headers["content-security-policy"]
        own = (await http.get("/s/cafe")).headers["content-security-policy"]
    assert f"frame-ancestors 'self' {FRIEND}" in embedded
    assert FRIEND not in own


async def test_https_is_remembered_where_it_is_spoken() -> None:
    """An instance with an https address tells browsers to stay there."""
    async with caller(secure=True) as http:
        assert (await http.get("/")).headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "null", "", "http://[", "http://salon.test.evil.test", "salon.test"]
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_foreign_page_may_not_write(origin: str, method: str) -> None:
    """403 before the application hears of it; reading is not stopped here."""
    async with caller({"origin": origin}) as http:
        refused = await http.request(method, "/x")
        assert (refused.status_code, refused.json()["err"]["c"]) == (403, "forbidden")
        assert "content-security-policy" in refused.headers
        assert (await http.get("/x")).status_code == 200


@pytest.mark.parametrize("headers", [{"origin": OWN}, {"origin": FRIEND}, {}, {"sec-fetch-site": "same-origin"}])
async def test_our_own_pages_and_programs_may_write(headers: dict[str, str]) -> None:
    """Our origin, a listed one, or none at all: programs that are no browser send none."""
    async with caller(headers) as http:
        assert (await http.post("/x", content=b"abc")).json() == {"bytes": 3}


async def test_a_browser_that_hides_its_origin_may_not_write() -> None:
    """`Sec-Fetch-Site: cross-site` without `Origin` is a foreign page all the same."""
    async with caller({"sec-fetch-site": "cross-site"}) as http:
        assert (await http.post("/x")).status_code == 403


async def test_too_much_is_refused_said_or_unsaid() -> None:
    """By its announced length before it is read, or when it has grown past the limit; up to the limit it passes."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES // 1024 + 1):
            yield b"x" * 1024

    async with caller() as http:
        assert (await http.post("/x", content=b"x" * BODY_BYTES)).status_code == 200
        assert (await http.post("/x", content=b"x" * (BODY_BYTES + 1))).status_code == 413
        assert (await http.post("/x", content=endless())).status_code == 413
        assert (await http.post("/x", headers={"content-length": "many"}, content=b"")).status_code == 400
