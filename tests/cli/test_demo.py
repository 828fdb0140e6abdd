"""`veillee demo`: one command, a place to try, nothing left behind."""

from __future__ import annotations

import httpx
import pytest

from tests.processes import folders, running


@pytest.mark.processes
def test_the_demo_opens_and_cleans_up() -> None:
    """It prints the address and the staff logins, answers `/readyz`, shows the room `accueil` with somebody on duty,
    and takes its folder with it when it ends (PROTOCOL §3)."""
    with running("demo", "--port", "0", "--quiet", until="Ctrl-C") as demo:
        assert folders("veillee-demo-")
        assert "moderator" in demo.said
        assert "TOTP" in demo.said
        with httpx.Client(base_url=demo.base) as client:
            assert client.get("/readyz").status_code == 200
            rooms = client.get("/api/v1/rooms").json()["rooms"]
            assert "accueil" in [room["slug"] for room in rooms]
            assert {room["count"] for room in rooms} == {0}
            page = client.get("/", headers={"accept": "text/html"}).text
            assert "Nadia" in page
        mine = folders("veillee-demo-")
        assert demo.stop() == 0
    assert len(folders("veillee-demo-")) < len(mine) + 1


@pytest.mark.processes
def test_a_taken_port_is_said_in_one_sentence() -> None:
    """Where the port is in use, the command ends with 1 and says what to do."""
    with running("demo", "--port", "0", "--quiet", until="Ctrl-C") as demo:
        port = demo.base.rpartition(":")[2]
        with pytest.raises(AssertionError, match="try --port 0"), running("demo", "--port", port, "--quiet"):
            pass
