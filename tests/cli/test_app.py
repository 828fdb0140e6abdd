"""The command `veillee`: help, version, wrong usage, and one module for each of its verbs."""

from __future__ import annotations

import importlib

import pytest

from veillee.cli.app import COMMANDS, main


def test_no_arguments_print_help(capsys: pytest.CaptureFixture[str]) -> None:
    """`veillee` alone names every command and exits 0."""
    assert main([]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in COMMANDS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` says which version runs."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("veillee 0.")


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2 is wrong usage (PROTOCOL §3), with one sentence on standard error."""
    assert main(["danse"]) == 2
    assert "danse" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command has its module and its own help."""
    module = importlib.import_module(f"veillee.cli.{COMMANDS[name][0]}")
    assert callable(module.run)
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert stop.value.code == 0
    assert name in capsys.readouterr().out
