"""`veillee demo`: one command, a place to try, nothing left behind."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.processes import running


@pytest.mark.processes
def test_the_demo_opens_and_cleans_up(tmp_path: Path) -> None:
    """It prints the address and the staff logins, answers `/readyz`, shows the room `accueil` with somebody on duty,
    and takes its folder with it when it ends (PROTOCOL §3)."""
    with running("demo", "--port", "0", "--quiet", environment={"TMPDIR": str(tmp_path)}, until="Ctrl-C") as demo:
        assert [each.name.startswith("veillee-demo-") for each in tmp_path.iterdir()] == [True]
        assert "moderator" in demo.said
        assert "TOTP" in demo.said
        with httpx.Client(base_url=demo.base) as client:
            assert client.get("/readyz").status_code == 200
            rooms = client.get("/api/v1/rooms").json()["rooms"]
            assert "accueil" in [room["slug"] for room in rooms]
            assert {room["count"] for room in rooms} == {0}
            assert "Nadia" in client.get("/", headers={"accept": "text/html"}).text
        assert demo.stop() == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.processes
def test_a_taken_port_is_said_in_one_sentence() -> None:
    """Where the port is in use, the command ends with 1 and says what to do."""
    with running("demo", "--port", "0", "--quiet", until="Ctrl-C") as demo:
        port = demo.base.rpartition(":")[2]
        with pytest.raises(AssertionError, match="try --port 0"), running("demo", "--port", port, "--quiet"):
            pass
