"""`veillee check`: a line and a remedy for whatever is missing."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.cli.instances import init
from tests.postgres import database
from veillee.cli.app import main


def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and what was printed."""
    capsys.readouterr()
    code = main(["check", str(folder)])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_a_complete_instance_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing missing: exit 0; one person alone is advised to find a second."""
    init(tmp_path / "f", monkeypatch)
    code, said = check(tmp_path / "f", capsys)
    assert code == 0, said
    assert "✗" not in said
    assert "une seule personne" in said


def test_what_the_law_asks_for_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """LCEN 1-1: each missing detail has its key and a sentence; exit 1."""
    init(tmp_path / "f", monkeypatch, "--operator-name", "Foyer", legal=False)
    code, said = check(tmp_path / "f", capsys)
    assert code == 1
    assert "✗ operator.address" in said
    assert "→ Indiquez son adresse postale dans veillee.toml (operator.address)." in said
    assert "operator.name" not in said


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ('url = "https://foyer.example"', 'url = "http://foyer.example"', "en https://"),
        ('url = "https://foyer.example"', 'url = "http://localhost:8400"', "Adresse de cette machine"),
        ('path = "veillee.db"', 'path = ":memory:"', "Rien n'est gardé"),
        ('path = "veillee.db"', 'path = "other.db"', "La base manque"),
        ("fictitious = false", "fictitious = true", "marquée comme inventée"),
        ('name = "Veillée"', "name = 3", "instance.name"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    instead: str,
    said: str,
) -> None:
    """Address, store, identity, types: one line each."""
    init(tmp_path / "f", monkeypatch)
    path = tmp_path / "f" / "veillee.toml"
    text = path.read_text("utf-8")
    assert line in text
    path.write_text(text.replace(line, instead), "utf-8")
    assert said in check(tmp_path / "f", capsys)[1]


def test_own_texts_are_read_and_refused_when_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator's own terms are checked like ours."""
    init(tmp_path / "f", monkeypatch)
    path = tmp_path / "f" / "veillee.toml"
    path.write_text(path.read_text("utf-8").replace('[terms]\nfile = ""', '[terms]\nfile = "mine.yaml"'), "utf-8")
    assert check(tmp_path / "f", capsys)[0] == 1
    (tmp_path / "f" / "mine.yaml").write_text("version: 1", "utf-8")
    assert "terms.file" in check(tmp_path / "f", capsys)[1]


def test_a_store_that_others_can_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The remedy is the command."""
    init(tmp_path / "f", monkeypatch)
    os.chmod(tmp_path / "f" / "veillee.db", 0o644)
    code, said = check(tmp_path / "f", capsys)
    assert code == 1
    assert "chmod 600" in said


def test_nobody_and_nowhere_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an operator and without a room there is nothing to open; English speaks English."""
    init(tmp_path / "f", monkeypatch, "--lang", "en")
    main(["staff", "disable", str(tmp_path / "f"), "--login", "paul"])
    main(["room", "close", str(tmp_path / "f"), "accueil"])
    code, said = check(tmp_path / "f", capsys)
    assert code == 1
    assert "no operator" in said
    assert "no room" in said


def test_a_folder_without_instance_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names the command that makes one."""
    code, said = check(tmp_path, capsys)
    assert code == 1
    assert "veillee init" in said


async def test_a_database_is_reached_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, with a remedy and without the password; where it answers, who and what is missing in it is said."""
    await asyncio.to_thread(init, tmp_path / "f", monkeypatch)
    path = tmp_path / "f" / "veillee.toml"
    text = path.read_text("utf-8")
    async with database() as url:
        away = "postgresql://u:secret@127.0.0.1:1/d"
        for address, line in ((away, "✗ store.url : the database cannot"), (url, "✓ PostgreSQL")):
            path.write_text(text.replace('path = "veillee.db"', f'url = "{address}"'), "utf-8")
            code, said = await asyncio.to_thread(check, tmp_path / "f", capsys)
            assert code == 1
            assert line in said
            assert "secret" not in said
    assert "aucun opérateur" in said
