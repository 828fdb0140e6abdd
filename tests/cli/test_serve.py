"""`veillee serve`: an instance that runs, and one sentence for what keeps it from running."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.instances import init
from tests.postgres import database
from tests.processes import running
from tests.valkey import valkey
from veillee.cli.app import main
from veillee.store.schema import differences


def test_a_folder_without_settings_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without veillee.toml the command ends with 1 and names `veillee init`."""
    assert main(["serve", str(tmp_path)]) == 1
    assert "veillee init" in capsys.readouterr().err


def test_a_wrong_key_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key nobody knows is named with what may stand there instead."""
    (tmp_path / "veillee.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    assert main(["serve", str(tmp_path)]) == 1
    assert "server.prot" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["serve"], ["room", "list"], ["staff", "list"]])
def test_a_database_that_is_away_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    """One sentence, without the password, and exit 1: whoever starts it knows what to start first."""
    (tmp_path / "veillee.toml").write_text('[store]\nurl = "postgresql://u:secret@127.0.0.1:1/d"\n', encoding="utf-8")
    first, *rest = command
    assert (
        main([first, *(rest[:1] if first != "serve" else []), str(tmp_path), *(rest if first == "serve" else [])]) == 1
    )
    said = capsys.readouterr().err
    assert f"veillee {command[0]}: the database cannot be reached: connection refused.\n" in said
    assert "secret" not in said


@pytest.mark.processes
def test_rooms_stay_shut_until_the_operator_is_known(tmp_path: Path, monkeypatch: Any) -> None:
    """LAW §8.3 test 26: an instance without its operator's identity runs, says so, and lets nobody into a room."""
    assert init(tmp_path / "place", monkeypatch, legal=False) == 0
    with running("serve", str(tmp_path / "place"), "--port", "0") as served:
        assert "Public rooms stay shut" in served.said
        with httpx.Client(base_url=served.base) as client:
            assert client.get("/readyz").status_code == 200
        assert served.stop() == 0


def test_several_processes_cannot_share_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bus ties processes together that need a store for several: one sentence with the remedy."""
    (tmp_path / "veillee.toml").write_text('[bus]\nurl = "valkey://127.0.0.1:6379"\n', encoding="utf-8")
    assert main(["serve", str(tmp_path)]) == 1
    assert "PostgreSQL" in capsys.readouterr().err


def test_an_unknown_role_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, with what roles there are."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", str(tmp_path), "--roles", "gateway,cook"])
    assert ended.value.code == 2
    assert "gateway, web, worker" in capsys.readouterr().err


@pytest.mark.processes
async def test_two_that_start_together_bring_a_fresh_database_up(tmp_path: Path) -> None:
    """The first command of a scaled place, typed on two hosts at once: one migrates, the other waits, both serve."""
    async with database(empty=True) as url, valkey() as (bus, _):
        folders = [tmp_path / "one", tmp_path / "other"]
        for folder in folders:
            folder.mkdir()
            text = f'[server]\nmetrics_port = 0\n[store]\nurl = "{url}"\n[bus]\nurl = "{bus}"\n'
            (folder / "veillee.toml").write_text(text, encoding="utf-8")

        def start(folder: Path) -> tuple[int, int]:
            with running("serve", str(folder), "--port", "0") as served:
                return httpx.get(f"{served.base}/readyz").status_code, served.stop()

        both = await asyncio.gather(*(asyncio.to_thread(start, folder) for folder in folders))
        assert both == [(200, 0), (200, 0)]
        assert await asyncio.to_thread(differences, url) == []
