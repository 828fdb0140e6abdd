"""What a process does, and what it leaves to others."""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.live import living, until
from veillee.model.message import Draft
from veillee.wiring.roles import ALL_ROLES, Role, RolesInvalid, parse_roles


def test_roles_are_read() -> None:
    """With commas, in any order; an unknown one, or none, is refused in one sentence."""
    assert parse_roles("worker, gateway") == {Role.WORKER, Role.GATEWAY}
    assert parse_roles("gateway,web,worker") == ALL_ROLES
    for text in ("", ",", "web,cook"):
        with pytest.raises(RolesInvalid, match="gateway, web, worker"):
            parse_roles(text)


async def test_a_process_without_the_live_door_has_no_socket(tmp_path: Path) -> None:
    """`/ws`, `/sse` and `/cmd` are not found there; pages are."""
    async with living(tmp_path, roles=frozenset({Role.WEB})) as web:
        with pytest.raises(InvalidStatus, match="404"):
            await web.connect()
        assert (await web.http.get("/sse")).status_code == 404
        assert (await web.http.get("/api/v1/rooms")).status_code == 200
        assert (await web.http.get("/readyz")).status_code == 200


async def test_a_process_with_the_live_door_alone_has_no_pages(tmp_path: Path) -> None:
    """It answers for itself, and people talk on it whom another process let in."""
    roles = frozenset({Role.GATEWAY})
    async with living(tmp_path, kind="file") as web, living(tmp_path, kind="file", roles=roles) as gateway:
        token = await web.enter("Lune42")
        lune = await gateway.client(token, None, "accueil")
        assert (await lune.post("Bonsoir"))["s"] == 1
        for path in ("/", "/api/v1/rooms", "/console/"):
            assert (await gateway.http.get(path)).status_code == 404
        for path in ("/healthz", "/readyz"):
            assert (await gateway.http.get(path)).status_code == 200


async def test_a_worker_carries_out_what_others_owe(tmp_path: Path) -> None:
    """A decision made on one process, without the worker's role, is carried out by the worker."""
    from veillee.store import outbox

    async with (
        living(tmp_path, kind="file", roles=frozenset({Role.WEB})) as web,
        living(tmp_path, kind="file", roles=frozenset({Role.WORKER})) as worker,
    ):
        done: list[str] = []

        async def carry_out(payload: dict[str, str]) -> None:
            done.append(payload["what"])

        worker.house.community.effects.register("test", carry_out)
        await web.house.community.store.write(outbox.put, "test", {"what": "this"}, web.clock())
        await until(lambda: done == ["this"])
        assert Draft("accueil", "k", "b").reply_to is None
