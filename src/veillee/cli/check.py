"""`veillee check DIR`: what is missing, a line and a remedy each; exit 1 when something is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veillee.settings import Settings

DISK_LEAST = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at: `ok`, or `missing` (public rooms stay shut, or nothing runs), or `advice`."""

    state: str
    what: str
    remedy: str = ""


def add_parser(subparsers: Any) -> None:
    """The command's arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser("check", help="what is missing, a line and a remedy each")
    parser.add_argument("folder", nargs="?", default=".", type=Path, metavar="DIR")


def run(arguments: argparse.Namespace) -> int:
    """Print what was looked at; 1 if anything is missing."""
    from veillee.settings import SettingsInvalid, load

    try:
        settings = load(arguments.folder)
    except SettingsInvalid as error:
        print(f"veillee check: {error}", file=sys.stderr)
        return 1
    marks = {"ok": "✓", "missing": "✗", "advice": "·"}
    missing = 0
    for line in look(settings):
        missing += line.state == "missing"
        print(f"{marks[line.state]} {line.what}")
        if line.remedy:
            print(f"    → {line.remedy}")
    return 1 if missing else 0


def look(settings: Settings) -> Iterator[Line]:
    """Everything that is looked at, in the order in which an operator mends it."""
    french = settings.instance.language != "en"
    yield Line("ok", "veillee.toml")
    yield from _address(settings, french=french)
    yield from _store(settings, french=french)
    yield from _bus(settings, french=french)
    yield from _published(settings, french=french)


def _address(settings: Settings, *, french: bool) -> Iterator[Line]:
    url = settings.instance.url
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        yield Line(
            "missing",
            f"instance.url : « {url} »" if french else f'instance.url: "{url}"',
            "Donnez l'adresse publique en https:// ; sans elle, les sessions ne sont pas protégées."
            if french
            else "Give the public address with https://; without it sessions are not protected.",
        )
    elif url.startswith("http://"):
        yield Line(
            "advice",
            f"instance.url : {url}",
            "Adresse de cette machine seulement : bien pour essayer. En public, il faut https://."
            if french
            else "An address of this machine only: fine to try. In public, https:// is needed.",
        )
    else:
        yield Line("ok", f"instance.url : {url}")


def _bus(settings: Settings, *, french: bool) -> Iterator[Line]:
    """Whether the Valkey between the processes can be reached; nothing for an instance of one process."""
    import asyncio

    from veillee.bus.port import BusAway
    from veillee.bus.wire import Address, AddressInvalid, dial

    if not settings.bus.url:
        return

    async def reach() -> None:
        (await dial(Address.parse(settings.bus.url), lambda message: None)).abort()

    try:
        asyncio.run(reach())
    except (AddressInvalid, BusAway):
        yield Line(
            "missing",
            "bus.url",
            "Démarrez Valkey (7.2 ou plus récent), ou corrigez bus.url : valkey://hôte:6379."
            if french
            else "Start Valkey (7.2 or later), or correct bus.url: valkey://host:6379.",
        )
    else:
        yield Line("ok", "Valkey")


def _store(settings: Settings, *, french: bool) -> Iterator[Line]:
    import shutil
    import stat

    path = settings.database
    if settings.store.url:
        yield from _inside(settings, "PostgreSQL", french=french)
        return
    if path is None:
        yield Line(
            "missing",
            "store.path : :memory:",
            "Rien n'est gardé : donnez un fichier." if french else "Nothing is kept: give a file.",
        )
        return
    if not path.exists():
        yield Line(
            "missing",
            str(path),
            "La base manque : restaurez une sauvegarde, ou refaites « veillee init »."
            if french
            else "The store is missing: restore a backup, or run `veillee init` again.",
        )
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Line(
            "missing",
            f"{path} est lisible par d'autres" if french else f"{path} is readable by others",
            f"chmod 600 {path}",
        )
    free = shutil.disk_usage(path.parent).free
    if free < DISK_LEAST:
        yield Line(
            "missing",
            f"{free // 2**20} Mio libres" if french else f"{free // 2**20} MiB free",
            "Faites de la place : 500 Mio au moins." if french else "Make room: 500 MiB at least.",
        )
    yield from _inside(settings, str(path), french=french)


def _inside(settings: Settings, where: str, *, french: bool) -> Iterator[Line]:
    """Whether the store opens, and whether there is somebody and somewhere in it."""
    import asyncio

    from veillee.store.port import StoreUnavailable
    from veillee.wiring.journal import sayable

    try:
        people, rooms = asyncio.run(_count(settings))
    except StoreUnavailable as error:
        yield Line(
            "missing",
            f"store.url : {sayable(error)}",
            "Démarrez PostgreSQL, ou corrigez store.url : postgresql://utilisateur:mot-de-passe@hôte/base."
            if french
            else "Start PostgreSQL, or correct store.url: postgresql://user:password@host/database.",
        )
        return
    yield Line("ok", where)
    if not any(people):
        yield Line(
            "missing",
            "aucun opérateur" if french else "no operator",
            f"veillee staff add {settings.folder} --login NOM --role operator",
        )
    elif len(people) < 2:
        yield Line(
            "advice",
            "une seule personne dans l'équipe" if french else "a single person on the team",
            "Un recours doit être relu par quelqu'un d'autre : veillee staff add."
            if french
            else "An appeal must be read by somebody else: veillee staff add.",
        )
    else:
        yield Line("ok", f"équipe : {len(people)}" if french else f"team: {len(people)}")
    if rooms:
        yield Line("ok", f"salons : {rooms}" if french else f"rooms: {rooms}")
    else:
        yield Line(
            "missing",
            "aucun salon" if french else "no room",
            f"veillee room add {settings.folder} accueil --name Accueil",
        )


async def _count(settings: Settings) -> tuple[list[bool], int]:
    """Whether each open account is an operator's, and how many rooms are open."""
    from veillee.wiring.community import wall_clock
    from veillee.wiring.office import office

    async with office(settings, wall_clock) as here:
        people = [each for each in await here.accounts.everybody() if each.disabled_at is None]
        people.sort(key=lambda each: not each.is_operator)
        return [each.is_operator for each in people], len(here.rooms.listing())


def _published(settings: Settings, *, french: bool) -> Iterator[Line]:
    from datetime import UTC, datetime

    from veillee.accountability.terms import UnusableTerms
    from veillee.automod.learner import read_all
    from veillee.automod.ruleset import RulesetInvalid, load
    from veillee.outside import packs, weights
    from veillee.wiring.house import read_imprint

    try:
        ruleset = load(packs.chosen(settings.own(settings.rules)), read_all(weights.shipped()))
    except (RulesetInvalid, OSError) as error:
        yield Line("missing", "rules.file", str(error))
        return
    yield Line("ok", f"règles automatiques : {len(ruleset.rules)}" if french else f"rules: {len(ruleset.rules)}")
    try:
        imprint = read_imprint(settings, ruleset)
    except UnusableTerms as error:
        yield Line("missing", "terms.file", str(error))
        return
    except (OSError, ValueError) as error:
        yield Line("missing", "helplines.file", str(error))
        return
    for gap in imprint.gaps(datetime.now(UTC).date()):
        yield Line("missing", gap.key, gap.remedy["fr" if french else "en"])
    if imprint.operator.fictitious:
        yield Line(
            "advice",
            "operator.fictitious",
            "L'identité est marquée comme inventée : bien pour une démonstration seulement."
            if french
            else "The identity is marked as invented: fine for a demonstration only.",
        )
