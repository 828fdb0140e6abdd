"""The HTTP door as a whole: one error shape, pages for people, liveness for machines."""

from __future__ import annotations

import httpx
import pytest
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from veillee.model.errors import Code, Refused
from veillee.store.port import StoreUnavailable
from veillee.web.app import create_app

WRONG: dict[str, Exception] = {
    "refused": Refused(Code.ROOM_CLOSED), "unavailable": StoreUnavailable("disk full"), "broken": RuntimeError("oops"),
}  # fmt: skip


def caller(*, ready: bool = True, **headers: str) -> httpx.AsyncClient:
    """Somebody at an application whose routes fail in every way; pages wrap an error in a title."""
    router = APIRouter()

    @router.get("/api/v1/{how}")
    @router.get("/pages/{how}")
    async def fail(how: str, limit: int = 1) -> None:
        raise WRONG[how]

    def page(_: Request, refused: Refused, status: int) -> Response:
        return HTMLResponse(f"<title>{refused.code}</title>", status)

    async def is_ready() -> bool:
        return ready

    app = create_app([router], [], is_ready, page)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://salon.test", headers=headers)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/refused", 403, "room_closed"), ("/api/v1/unavailable", 503, "maintenance"),
        ("/api/v1/broken", 500, "internal"), ("/api/v1/refused?limit=many", 400, "bad_request"),
        ("/nowhere", 404, "not_found"), ("/api/nowhere", 404, "not_found"),
    ],
)  # fmt: skip
async def test_every_error_has_one_shape(path: str, status: int, code: str) -> None:
    """A refusal, a full disk, a fault of ours, a wrong parameter, an unknown path: `{"err":{"c","m"}}`."""
    async with caller() as http:
        answer = await http.get(path)
    assert (answer.status_code, answer.json()["err"]["c"]) == (status, code)
    assert set(answer.json()) == {"err"}
    assert answer.json()["err"]["m"]


async def test_a_wrong_parameter_is_named() -> None:
    """`field` says which one; its value does not come back."""
    async with caller() as http:
        answer = await http.get("/api/v1/refused", params={"limit": "secret"})
    assert answer.json()["err"]["field"] == "query.limit"
    assert "secret" not in answer.text


async def test_a_fault_tells_nothing_of_itself() -> None:
    """The caller learns that it was us, not what it was."""
    async with caller() as http:
        answer = await http.get("/api/v1/broken")
    assert "oops" not in answer.text
    assert "Retry-After" in answer.headers


async def test_people_get_a_page_and_programs_json() -> None:
    """Below `/api/` always JSON; elsewhere a page for whoever accepts HTML."""
    async with caller(accept="text/html") as http:
        assert "<title>room_closed</title>" in (await http.get("/pages/refused")).text
        assert (await http.get("/api/v1/refused")).headers["content-type"] == "application/json"
    async with caller(accept="application/json") as http:
        assert (await http.get("/pages/refused")).json()["err"]["c"] == "room_closed"


async def test_a_method_that_is_not_allowed_says_which_are() -> None:
    """405 with `Allow`, in the same shape."""
    async with caller() as http:
        answer = await http.post("/api/v1/refused")
    assert (answer.status_code, answer.json()["err"]["c"]) == (405, "bad_request")
    assert answer.headers["Allow"] == "GET"


@pytest.mark.parametrize(("ready", "status"), [(True, 200), (False, 503)])
async def test_alive_is_not_yet_ready(ready: bool, status: int) -> None:
    """`/healthz` answers as soon as the process does; `/readyz` when it may be sent people."""
    async with caller(ready=ready) as http:
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/readyz")).status_code == status
