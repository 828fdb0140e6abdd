"""The systemd units are what systemd takes, shut in as far as they can be, and start commands that exist."""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
INSTALLED = "/opt/veillee/.venv/bin/veillee"
MOST_EXPOSED = 20
"""`systemd-analyze security` counts from 0 (shut in) to 100; a unit without any of this has 96."""
ROLES = {"gateway", "web", "worker"}


def settings(unit: Path) -> dict[str, list[str]]:
    """Every setting of a unit with its values, in order."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", unit.read_text("utf-8"), re.M):
        found.setdefault(key, []).append(value)
    return found


@pytest.fixture(params=UNITS, ids=lambda unit: unit.name)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit as it would be installed, with the command of this tree; a template for port 8411."""
    source: Path = request.param
    copy = tmp_path / source.name.replace("@", "@8411")
    here = str(Path(sys.executable).with_name("veillee"))
    copy.write_text(source.read_text("utf-8").replace(INSTALLED, here), "utf-8")
    return copy


def test_systemd_takes_it(unit: Path) -> None:
    """`systemd-analyze verify` has nothing to say."""
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_it_is_shut_in(unit: Path) -> None:
    """No new privileges, nothing of the machine to write, few system calls: exposure under 2 of 10."""
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-200:] + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_carries_a_crowd_and_comes_back(unit: Path) -> None:
    """Descriptors for sixty thousand, restarted whatever happened, time to say goodbye."""
    found = settings(unit)
    assert found["LimitNOFILE"] == ["65536"]
    assert found["Restart"] == ["always"]
    assert found["DynamicUser"] == ["yes"]
    assert int(found["TimeoutStopSec"][0]) > 5  # gateway/server lets requests finish for five seconds


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_its_command_is_one_of_ours(unit: Path) -> None:
    """`veillee serve` with options that it knows; roles are `gateway`, `web`, `worker`."""
    (command,) = settings(unit)["ExecStart"]
    program, verb, *arguments = command.replace("%d", "folder").replace("%i", "8411").split()
    assert program == INSTALLED
    if "--roles" in arguments:
        position = arguments.index("--roles")
        assert arguments[position + 1] in ROLES
        del arguments[position : position + 2]
    parser = argparse.ArgumentParser()
    importlib.import_module(f"veillee.cli.{verb}").add_parser(parser.add_subparsers())
    given = parser.parse_args([verb, *arguments])
    assert given.port != given.metrics_port or given.port is None


def test_ports_do_not_meet() -> None:
    """On one host, each process has its own port and its own for figures."""
    ports = []
    for unit in UNITS:
        command = settings(unit)["ExecStart"][0].replace("%i", "8411")
        if "--roles" in command:
            ports += re.findall(r"port (\d+)", command)
    assert len(set(ports)) == len(ports) == 6
    assert all(int(port) < 65536 for port in ports)
