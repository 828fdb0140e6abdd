"""The log has no people in it: not who they are, not what they say, not what opens their doors."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.fuzz.callers import ROOM, calling, token
from tests.servers import new_instance, serving

PSEUDONYM = "Mirabelline"
RENAMED = "Quetschina"
SENTENCE = "Mon secret est une recette de tarte aux quetsches."
NOTE = "Cette note ne regarde que l'équipe."
ADDRESS = "203.0.113.77"
AREA = "Meurthe-et-Moselle"


@pytest.mark.processes
async def test_what_people_do_leaves_no_personal_data_in_the_log(tmp_path: Path) -> None:
    """Entering, talking, reporting, appealing, failing: no name, text, token, code or address is logged."""
    private = {PSEUDONYM, RENAMED, SENTENCE, "quetsches", NOTE, ADDRESS, AREA}
    with serving(["demo", "--quiet"], tmp_path / "output") as server:
        async with httpx.AsyncClient(base_url=server.url, headers={"X-Forwarded-For": ADDRESS}) as http:
            body = {"nick": PSEUDONYM, "rules": True, "age": 41, "area": AREA}
            entered = (await http.post("/api/v1/enter", json=body)).json()
            private |= {entered["tok"], entered["phrase"], entered["guest"], *http.cookies.values()}
            for path in (f"/s/{ROOM}", f"/suivi/{SENTENCE}", f"/api/v1/cases/{SENTENCE}", f"/{PSEUDONYM}"):
                await http.get(path, params={"q": SENTENCE, "tok": entered["tok"]})
            await http.post("/api/v1/notices", json={"explanation": NOTE, "name": PSEUDONYM, "locations": [SENTENCE]})
            await http.post("/api/v1/reports", json={"target": {"r": ROOM}, "reason": "other", "note": NOTE})
            await http.post("/api/v1/enter", content=b"\xff" + SENTENCE.encode())
            await http.post("/cmd", params={"tok": entered["tok"]}, content=SENTENCE)
        async with calling(server, additional_headers={"Cookie": f"veillee={entered['tok']}"}) as caller:
            await caller.ask({"i": 1, "c": "hello", "v": 1})
            await caller.ask({"i": 2, "c": "join", "r": ROOM})
            sent = await caller.ask({"i": 3, "c": "send", "r": ROOM, "k": "cle-privee", "b": SENTENCE})
            private.add("cle-privee")
            report = {"c": "report", "target": {"r": ROOM, "id": sent["ok"]["id"]}, "reason": "other", "note": NOTE}
            reported = await caller.ask({"i": 4, **report})
            private |= {reported["ok"]["code"]} if "ok" in reported else set()
            await caller.ask({"i": 5, "c": "nick", "n": RENAMED})
            await caller.ask({"i": 6, "c": "appeal", "code": "0000-SECRET", "note": NOTE})
            for _ in range(9):
                await caller.ask(json.dumps({"i": 7, "c": "dance", "b": SENTENCE}))
    log = (tmp_path / "output").read_text("utf-8")
    assert "Traceback" not in log
    assert sorted(value for value in private if value in log) == []


BROKEN = """
import sys
from veillee.chat.history import History
from veillee.chat.messages import Messages
async def edit(self, guest, slug, message_id, body, confirm=None):
    raise RuntimeError(f"{guest.pseudonym} wrote {body}")
async def page(self, *given, **named):
    raise RuntimeError(str(given))
Messages.edit = edit
History.page = page
from veillee.cli.app import main
sys.exit(main(sys.argv[1:]))
"""
"""The demo with two faults in it, whose messages hold what nobody should read."""


@pytest.mark.processes
async def test_a_fault_is_logged_without_whom_it_hit(tmp_path: Path) -> None:
    """A verb that raises with private text in its message: `internal` for the guest, type and place in the log."""
    with serving(["demo", "--quiet"], tmp_path / "output", program=["-c", BROKEN]) as server:
        tok = await token(server, PSEUDONYM)
        async with calling(server) as caller:
            await caller.ask({"i": 1, "c": "hello", "v": 1, "tok": tok})
            await caller.ask({"i": 2, "c": "join", "r": ROOM})
            edit = {"i": 3, "c": "edit", "r": ROOM, "id": "0" * 26, "b": SENTENCE}
            assert await caller.error(edit) == "internal"
            await caller.alive()
        async with httpx.AsyncClient(base_url=server.url) as http:
            answer = await http.get(f"/api/v1/rooms/{ROOM}/messages", params={"before": 424_242})
            assert (answer.status_code, answer.json()["err"]["c"]) == (500, "internal")
    log = (tmp_path / "output").read_text("utf-8")
    assert log.count("RuntimeError") >= 2
    assert "command failed" in log
    assert "test_log" not in log
    assert [value for value in (PSEUDONYM, SENTENCE, "quetsches", tok, "424242", "Traceback") if value in log] == []


UNUSUAL = """
import asyncio, sqlite3, sys
from veillee.automod.engine import Engine
from veillee.store import engine
from veillee.store.port import StoreUnavailable
count = 0
screen = Engine.screen
commit = engine.SqliteStore._commit
def judged(self, facts, *given):
    if "brioche" in facts.text:
        raise RuntimeError(f"{facts.author} wrote {facts.text}")
    return screen(self, facts, *given)
def committed(self, group):
    global count
    if any("gaufre" in str(operation.args) for operation in group):
        return [(False, StoreUnavailable(f"disk full while writing {operation.args}")) for operation in group], []
    return commit(self, group)
Engine.screen = judged
engine.SqliteStore._commit = committed
from veillee.cli.app import main
sys.exit(main(sys.argv[1:]))
"""
"""A served instance whose judge breaks on one word and whose disk is full for another, each saying too much."""


@pytest.mark.processes
async def test_unusual_failures_leave_no_personal_data_in_the_log(tmp_path: Path) -> None:
    """A judge that breaks, a disk that is full, a client that goes in the middle: the process says that it started
    and stopped, where it is and in which role, and nobody's name, text, token or address."""
    folder = await new_instance(tmp_path / "place", [ROOM])
    with serving(["serve", str(folder)], tmp_path / "output", program=["-c", UNUSUAL]) as server:
        tok = await token(server, PSEUDONYM)
        async with calling(server, additional_headers={"X-Forwarded-For": ADDRESS}) as caller:
            await caller.ask({"i": 1, "c": "hello", "v": 1, "tok": tok})
            await caller.ask({"i": 2, "c": "join", "r": ROOM})
            broken = await caller.ask({"i": 3, "c": "send", "r": ROOM, "k": "k1", "b": "Une brioche pour Quetschina"})
            assert broken["ok"]["held"]
            full = {"i": 4, "c": "send", "r": ROOM, "k": "k2", "b": "Une gaufre pour Quetschina"}
            assert await caller.error(full) == "internal"
        async with httpx.AsyncClient(base_url=server.url, headers={"X-Forwarded-For": ADDRESS}) as http:
            body = {"nick": RENAMED, "rules": True, "area": "gaufre"}
            await http.post("/api/v1/enter", json=body)
        async with calling(server) as caller:
            await caller.ask({"i": 1, "c": "hello", "v": 1, "tok": tok})
    log = (tmp_path / "output").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert [line["event"] for line in lines if line.get("level") == "info"] == ["started", "stopped"]
    assert all(line["node"] and line["role"] == "all" for line in lines)
    said = (PSEUDONYM, RENAMED, "brioche", "gaufre", ADDRESS, tok, "k1", "Traceback")
    assert [value for value in said if value in log] == []


@pytest.mark.processes
@pytest.mark.parametrize("verb", ["serve", "check"])
async def test_a_database_that_is_away_keeps_its_password(tmp_path: Path, verb: str) -> None:
    """Neither stream of `serve` or `check` has the password of `store.url`, whatever goes wrong with it."""
    folder = await new_instance(tmp_path / "place", [])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"postgresql://veillee:tarte-aux-quetsches@127.0.0.1:{port}/veillee"
    with (folder / "veillee.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'[store]\nurl = "{address}"\n')
    command = [sys.executable, "-m", "veillee", verb, str(folder), *(["--port", "0"] if verb == "serve" else [])]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=50)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert said
    assert [value for value in ("tarte", "quetsches", "Traceback") if value in said] == []
