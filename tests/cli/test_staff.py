"""`veillee staff`: accounts from the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.instances import init
from veillee.cli.app import main


def test_somebody_is_added_listed_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key is shown once, at the adding; closing twice is refused."""
    folder = str(tmp_path / "f")
    init(tmp_path / "f", monkeypatch)
    assert main(["staff", "add", folder, "--login", "nadia"]) == 0
    assert "key (shown once): " in capsys.readouterr().out
    assert main(["staff", "list", folder]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in listed] == [["nadia", "Nadia", "moderator"], ["paul", "Paul", "operator"]]
    assert main(["staff", "disable", folder, "--login", "nadia"]) == 0
    assert main(["staff", "disable", folder, "--login", "nadia"]) == 1
    main(["staff", "list", folder])
    assert "closed" in capsys.readouterr().out.splitlines()[-2]


def test_a_passphrase_comes_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A short one is refused with one sentence."""
    init(tmp_path / "f", monkeypatch)
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO("court\n"))
    assert main(["staff", "add", str(tmp_path / "f"), "--login", "nadia", "--password-stdin"]) == 1
    assert "this password will not do" in capsys.readouterr().err


def test_a_folder_without_instance_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit 1."""
    assert main(["staff", "list", str(tmp_path)]) == 1
    assert "veillee init" in capsys.readouterr().err


def test_the_six_digits_of_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    """For trying the demo without a telephone; what is no key is refused."""
    assert main(["staff", "code", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"]) == 0
    assert capsys.readouterr().out.strip().isdigit()
    assert main(["staff", "code", "not a key!"]) == 1
