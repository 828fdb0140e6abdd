"""Making and running commands on a new instance, as somebody would at a terminal."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from veillee.cli.app import main

PASSPHRASE = "une veillée au coin du feu"
LEGAL = {
    "--operator-name": "Association « du Foyer »",
    "--email": "bonjour@foyer.example",
    "--address": "1 rue Exemple",
    "--phone": "+33 1 00 00 00 00",
    "--publication-director": "Camille \\ Exemple",
    "--host-name": "Hébergeur",
    "--host-address": "2 rue Exemple",
    "--host-phone": "+33 3 00 00 00 00",
    "--url": "https://foyer.example/",
}


def init(folder: Path, monkeypatch: Any, *more: str, legal: bool = True) -> int:
    """`veillee init` with a passphrase on standard input; the exit code."""
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSPHRASE + "\n"))
    flags = [each for pair in LEGAL.items() for each in pair] if legal else []
    return main(["init", str(folder), "--login", "paul", "--password-stdin", *flags, *more])
