"""`veillee room add|list|close [DIR]`: the rooms of an instance. A server that runs learns of it when it restarts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """The command's arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser("room", help="the rooms")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, what in (("add", "create a room"), ("list", "every open room"), ("close", "close a room")):
        each = verbs.add_parser(verb, help=what)
        each.add_argument("folder", type=Path, metavar="DIR")
        if verb != "list":
            each.add_argument("slug", help="its address: /s/SLUG")
        if verb == "add":
            each.add_argument("--name", required=True)
            each.add_argument("--topic", default="")
            each.add_argument("--lang", choices=("fr", "en"), default="fr")
            each.add_argument("--unattended", choices=("guarded", "closed"), default="guarded")
            each.add_argument("--slow", type=int, default=0, metavar="SECONDS", help="between two messages of somebody")
            each.add_argument("--days", type=int, default=30, help="until messages are erased")


def run(arguments: argparse.Namespace) -> int:
    """Carry the verb out; 1 with one sentence where it is refused."""
    import asyncio

    from veillee.model.errors import Refused
    from veillee.settings import SettingsInvalid, load

    try:
        settings = load(arguments.folder)
        return asyncio.run(_run(settings, arguments))
    except SettingsInvalid as error:
        print(f"veillee room: {error}", file=sys.stderr)
    except Refused as refused:
        what = {"not_found": "there is no such room", "bad_request": "this address is taken or malformed"}
        print(f"veillee room: {arguments.slug}: {what.get(refused.code.value, refused.code.value)}.", file=sys.stderr)
    return 1


async def _run(settings: Any, arguments: argparse.Namespace) -> int:
    import secrets

    from veillee.model.room import Room
    from veillee.store import audit
    from veillee.wiring.community import wall_clock
    from veillee.wiring.office import office

    async with office(settings, wall_clock) as here:
        if arguments.verb == "list":
            for view in here.rooms.listing():
                print(f"{view.room.slug}  {view.room.name}  {view.room.language}  {view.room.unattended}")
            return 0
        if arguments.verb == "add":
            room = Room(
                slug=arguments.slug,
                epoch=secrets.token_hex(4),
                name=arguments.name[:80],
                topic=arguments.topic[:200],
                language=arguments.lang,
                created_at=here.clock(),
                unattended=arguments.unattended,
                slow_seconds=max(0, arguments.slow),
                retention_days=max(1, arguments.days),
            )
            await here.rooms.create(room)
            action = "room.created"
        else:
            await here.rooms.close(arguments.slug)
            action = "room.closed"
        await here.store.write(audit.append, here.actor, action, arguments.slug, {}, here.clock())
        print(f"{arguments.slug}  {action.removeprefix('room.')}")
    return 0
