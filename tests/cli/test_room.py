"""`veillee room`: rooms from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.instances import init
from veillee.cli.app import main


def test_a_room_is_added_listed_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is refused is said in one sentence, exit 1."""
    folder = str(tmp_path / "f")
    init(tmp_path / "f", monkeypatch)
    assert main(["room", "add", folder, "cafe", "--name", "Le café", "--unattended", "closed"]) == 0
    assert main(["room", "add", folder, "cafe", "--name", "Encore"]) == 1
    assert "taken or malformed" in capsys.readouterr().err
    assert main(["room", "list", folder]) == 0
    assert capsys.readouterr().out.splitlines() == ["accueil  Accueil  fr  guarded", "cafe  Le café  fr  closed"]
    assert main(["room", "close", folder, "cafe"]) == 0
    assert main(["room", "close", folder, "cafe"]) == 1
    assert "no such room" in capsys.readouterr().err


def test_a_folder_without_instance_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit 1."""
    assert main(["room", "list", str(tmp_path)]) == 1
    assert "veillee init" in capsys.readouterr().err
