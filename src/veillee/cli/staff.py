"""`veillee staff add|list|disable [DIR]`: who may sign in to the console; `staff code KEY` for trying the demo."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """The command's arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser("staff", help="who may sign in to the console")
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="a new account; its code is shown once")
    add.add_argument("folder", nargs="?", default=".", type=Path, metavar="DIR")
    add.add_argument("--login", required=True)
    add.add_argument("--pseudonym", help="the public name (made from the login if not given)")
    add.add_argument("--role", choices=("moderator", "operator"), default="moderator")
    add.add_argument("--lang", choices=("fr", "en"), default="fr")
    add.add_argument("--password-stdin", action="store_true", help="read the passphrase from standard input")
    listing = verbs.add_parser("list", help="every account")
    listing.add_argument("folder", nargs="?", default=".", type=Path, metavar="DIR")
    disable = verbs.add_parser("disable", help="close an account and its sessions at once")
    disable.add_argument("folder", nargs="?", default=".", type=Path, metavar="DIR")
    disable.add_argument("--login", required=True)
    code = verbs.add_parser("code", help="the six digits that a key gives now: to try the demo without a telephone")
    code.add_argument("key", metavar="KEY")


def run(arguments: argparse.Namespace) -> int:
    """Carry the verb out; 1 with one sentence where it is refused."""
    import asyncio

    from veillee.model.errors import Refused
    from veillee.settings import SettingsInvalid, load

    if arguments.verb == "code":
        return _code(arguments.key)
    try:
        settings = load(arguments.folder)
        return asyncio.run(_run(settings, arguments))
    except SettingsInvalid as error:
        print(f"veillee staff: {error}", file=sys.stderr)
    except Refused as refused:
        field = refused.params.get("field", "login")
        print(f"veillee staff: {refused.code.value}: this {field} will not do.", file=sys.stderr)
    return 1


async def _run(settings: Any, arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from veillee.cli.passphrases import given_or_made
    from veillee.model.staff import Role
    from veillee.wiring.community import wall_clock
    from veillee.wiring.office import office

    async with office(settings, wall_clock) as here:
        if arguments.verb == "add":
            password, made = given_or_made(arguments.lang, stdin=arguments.password_stdin)
            pseudonym = arguments.pseudonym or arguments.login.capitalize()[:24]
            enrolled = await here.accounts.add(
                arguments.login, pseudonym, Role(arguments.role), password, by=here.actor, language=arguments.lang
            )
            print(f"{enrolled.staff.login}  {enrolled.staff.pseudonym}  {enrolled.staff.role.value}")
            if made:
                print(f"passphrase (shown once): {password}")
            print(enrolled.qr_text())
            print(f"key (shown once): {enrolled.totp_secret}")
        elif arguments.verb == "disable":
            closed = await here.accounts.disable(arguments.login, by=here.actor)
            print(f"{closed.login}  closed")
        else:
            for each in await here.accounts.everybody():
                since = datetime.fromtimestamp(each.created_at / 1000, UTC).date()
                state = "open" if each.disabled_at is None else "closed"
                print(f"{each.login}  {each.pseudonym}  {each.role.value}  {since}  {state}")
    return 0


def _code(key: str) -> int:
    from veillee.accountability.accounts import code_at
    from veillee.wiring.community import wall_clock

    try:
        print(code_at(key.strip(), wall_clock()))
    except ValueError:  # binascii.Error is one
        print("veillee staff: this is not a key.", file=sys.stderr)
        return 1
    return 0
