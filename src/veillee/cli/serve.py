"""`veillee serve [DIR]`: run an instance."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """The command's arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser("serve", help="run an instance")
    parser.add_argument("folder", nargs="?", default=".", type=Path, metavar="DIR")
    parser.add_argument("--host", help="listen on this address instead of server.host")
    parser.add_argument("--port", type=int, help="listen on this port instead of server.port")
    parser.add_argument("--metrics-port", type=int, help="show /metrics on this port instead of server.metrics_port")

    parser.add_argument(
        "--roles", type=_roles, metavar="ROLES", help="of gateway,web,worker: what this process does (all by default)"
    )


def _roles(text: str) -> Any:
    from veillee.wiring.roles import RolesInvalid, parse_roles

    try:
        return parse_roles(text)
    except RolesInvalid as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal. Public rooms stay shut while `veillee check` finds something missing."""
    import os
    import socket

    import structlog
    import uvloop

    from veillee.accountability.terms import UnusableTerms
    from veillee.automod.ruleset import RulesetInvalid
    from veillee.bus.wire import AddressInvalid
    from veillee.gateway.server import listen
    from veillee.settings import SettingsInvalid, check_scale, load
    from veillee.wiring.house import build_house
    from veillee.wiring.journal import sayable, write_journal
    from veillee.wiring.roles import ALL_ROLES

    write_journal(
        node=f"{socket.gethostname()}:{os.getpid()}",
        role=",".join(sorted(arguments.roles)) if arguments.roles else "all",
    )
    log = structlog.get_logger("serve")
    try:
        settings = load(arguments.folder)
        check_scale(settings)
    except SettingsInvalid as error:
        print(f"veillee serve: {sayable(error)}", file=sys.stderr)
        return 1
    if arguments.metrics_port is not None:
        settings = replace(settings, server=replace(settings.server, metrics_port=arguments.metrics_port))
    host = arguments.host or settings.server.host
    port = settings.server.port if arguments.port is None else arguments.port

    async def started(bound: int) -> None:
        print(f"Veillée: http://{host}:{bound}", flush=True)
        log.info("started", port=bound)

    async def serving() -> None:
        house = await build_house(settings, roles=arguments.roles or ALL_ROLES)
        house.refresh()
        if house.community.rooms.shut_reason is not None:
            missing = house.community.rooms.shut_reason
            print(f"Public rooms stay shut ({missing}): see `veillee check {arguments.folder}`.", file=sys.stderr)
        await house.serve(listening, started)

    try:
        with listen(host, port) as listening:
            uvloop.run(serving())
        log.info("stopped")
    except (SettingsInvalid, UnusableTerms, RulesetInvalid, AddressInvalid, OSError) as error:
        print(f"veillee serve: {sayable(error)}", file=sys.stderr)
        return 1
    return 0
