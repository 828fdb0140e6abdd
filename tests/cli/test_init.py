"""`veillee init`: a new instance that serves, and nothing overwritten."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest

from tests.cli.instances import init
from veillee.accountability.operator import read
from veillee.cli.app import main
from veillee.settings import load


def test_a_new_instance_can_be_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was answered stands in veillee.toml, whatever quotes it holds; the folder is the owner's alone."""
    folder = tmp_path / "foyer"
    assert init(folder, monkeypatch) == 0
    settings = load(folder)
    assert settings.instance.url == "https://foyer.example"
    assert read(settings.legal).name == "Association « du Foyer »"
    assert read(settings.legal).publication_director == "Camille \\ Exemple"
    assert read(settings.legal).authorities_email == "bonjour@foyer.example"
    for path in (folder, folder / "veillee.toml", folder / "veillee.db"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    told = capsys.readouterr().out
    assert "Clé à saisir à la main" in told
    assert "une veillée au coin du feu" not in told  # whoever typed it knows it


def test_an_instance_is_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second init says that there is one already and changes nothing."""
    init(tmp_path / "foyer", monkeypatch)
    before = (tmp_path / "foyer" / "veillee.toml").read_bytes()
    capsys.readouterr()
    assert init(tmp_path / "foyer", monkeypatch, "--name", "Autre") == 1
    assert (tmp_path / "foyer" / "veillee.toml").read_bytes() == before
    assert "exists already" in capsys.readouterr().err


def test_a_passphrase_is_made_where_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal and without a passphrase, six words are made and shown once; English speaks English."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["init", str(tmp_path / "home"), "--lang", "en", "--login", "paul"]) == 0
    told = capsys.readouterr().out
    words = told.split("Passphrase (shown once): ")[1].splitlines()[0].split()
    assert len(words) == 6
    assert load(tmp_path / "home").instance.language == "en"


def test_what_will_not_do_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refused login is named, and a second try is possible."""
    assert init(tmp_path / "foyer", monkeypatch, "--login", "!") == 1
    assert "login" in capsys.readouterr().err
    assert init(tmp_path / "foyer", monkeypatch) == 0


def test_questions_are_asked_at_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five questions, each with its default, and no more."""
    asked: list[str] = []

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def answer(question: str) -> str:
        asked.append(question)
        return "nadia" if "console" in question else ""

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", answer)
    assert main(["init", str(tmp_path / "foyer")]) == 0
    assert len(asked) == 5
    assert load(tmp_path / "foyer").instance.name == "Veillée"
    assert "Identifiant : nadia" in capsys.readouterr().out
