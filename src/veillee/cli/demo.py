"""`veillee demo`: a seeded community in a temporary folder, to look at and to try."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """The command's arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser("demo", help="a seeded community to try")
    parser.add_argument("--port", type=int, default=8400, help="the port on 127.0.0.1 (0: a free one)")
    parser.add_argument("--quiet", action="store_true", help="no talking guests")
    parser.add_argument("--metrics-port", type=int, default=0, help="show /metrics on this loopback port (0: do not)")


def run(arguments: argparse.Namespace) -> int:
    """Serve the demo until a signal; nothing is written outside a temporary folder, which goes with it."""
    import uvloop

    from veillee.cli.demo_place import HOST, open_demo
    from veillee.gateway.server import listen
    from veillee.wiring.journal import write_journal

    write_journal()
    try:
        listening = listen(HOST, arguments.port)
    except OSError:
        print(f"veillee demo: port {arguments.port} is in use; try --port 0.", file=sys.stderr)
        return 1
    with listening, tempfile.TemporaryDirectory(prefix="veillee-demo-") as folder:
        uvloop.run(open_demo(Path(folder), listening, quiet=arguments.quiet, metrics_port=arguments.metrics_port))
    return 0
