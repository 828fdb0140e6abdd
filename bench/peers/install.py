"""The peers' packages, from Debian, without any of them being started as a service."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.running import Peer

_POLICY = Path("/usr/sbin/policy-rc.d")


def packages(peers: Iterable[Peer]) -> list[str]:
    """What the peers come from."""
    return sorted({package for peer in peers for package in peer.package.split()})


@contextmanager
def _no_services() -> Iterator[None]:
    """Debian asks this file whether a service may be started; 101 is no. One that is there already stays."""
    ours = not _POLICY.exists()
    if ours:
        _POLICY.write_text("#!/bin/sh\nexit 101\n", "ascii")
        _POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            _POLICY.unlink()


def install(peers: Iterable[Peer]) -> None:
    """Install what is missing. `CalledProcessError` where apt-get refuses."""
    missing = [name for name in packages(peers) if not version(name)]
    if missing:
        with _no_services():
            command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
            subprocess.run(command, check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def version(package: str) -> str:
    """The installed version of a package, or nothing."""
    command = ["dpkg-query", "-W", "-f", "${Version}", package]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def versions(peers: Iterable[Peer]) -> str:
    """A line that says which versions are compared, and what is to be known of each."""
    found = [f"{name} {shown}" for name in packages(peers) if (shown := version(name))]
    notes = [f"{peer.name}: {peer.note}" for peer in peers if peer.note]
    return f"Packages: {', '.join(found)}.\n" + "\n".join(f"- {note}" for note in notes)
