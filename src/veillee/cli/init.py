"""`veillee init DIR`: a new instance, from questions or from flags; nothing existing is overwritten."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

QUESTIONS = (
    ("name", "Nom du lieu", "Name of the place", "Veillée"),
    ("url", "Adresse publique", "Public address", "http://127.0.0.1:8400"),
    ("operator_name", "Qui en répond (nom ou raison sociale)", "Who answers for it (name or company)", ""),
    ("email", "Adresse électronique de contact", "E-mail address for contact", ""),
    ("login", "Votre identifiant pour la console", "Your login for the console", ""),
)
"""The five questions: key, in French, in English, default. Everything else is a line of veillee.toml."""

LATER = ("address", "phone", "publication_director", "host_name", "host_address", "host_phone", "authorities")
"""Legal details that have a flag and no question: `veillee check` asks for them."""


def add_parser(subparsers: Any) -> None:
    """The command's arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser("init", help="a new instance")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--lang", choices=("fr", "en"), default="fr", help="language of the instance and of this command"
    )
    for key, _, english, _ in QUESTIONS:
        parser.add_argument(f"--{key.replace('_', '-')}", help=english)
    for key in LATER:
        parser.add_argument(f"--{key.replace('_', '-')}", help=f"{key.replace('_', ' ')}, for the legal pages")
    parser.add_argument("--pseudonym", help="your public pseudonym (made from the login if not given)")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read your passphrase from standard input (else one is made)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the folder, veillee.toml, the store with a first room, and the operator's account with its code."""
    import asyncio

    from veillee.model.errors import Refused

    folder: Path = arguments.folder
    if (folder / "veillee.toml").exists():
        print(f"veillee init: {folder / 'veillee.toml'} exists already; nothing was changed.", file=sys.stderr)
        return 1
    answers = _answers(arguments)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        asyncio.run(_make(folder, answers, arguments))
    except Refused as refused:
        (folder / "veillee.toml").unlink(missing_ok=True)
        print(
            f"veillee init: {refused.params.get('field', refused.code.value)} will not do; see --help.", file=sys.stderr
        )
        return 1
    except OSError as error:
        print(f"veillee init: {error}.", file=sys.stderr)
        return 1
    return 0


def _answers(arguments: argparse.Namespace) -> dict[str, str]:
    asking = sys.stdin.isatty() and not arguments.password_stdin
    answers = {key: getattr(arguments, key) or "" for key in LATER}
    for key, french, english, default in QUESTIONS:
        given = getattr(arguments, key)
        if given is None and asking:
            question = french if arguments.lang == "fr" else english
            given = input(f"{question}{f' [{default}]' if default else ''} : ").strip() or default
        answers[key] = given if given is not None else default
    answers["login"] = answers["login"] or "operator"
    answers["authorities"] = answers["authorities"] or answers["email"]
    answers["url"] = answers["url"].rstrip("/")
    return answers


async def _make(folder: Path, answers: dict[str, str], arguments: argparse.Namespace) -> None:
    import secrets

    from veillee.cli.passphrases import given_or_made
    from veillee.model.room import Room
    from veillee.model.staff import Role
    from veillee.settings import load
    from veillee.store import audit
    from veillee.wiring.community import wall_clock
    from veillee.wiring.office import office

    french = arguments.lang == "fr"
    _write(folder / "veillee.toml", _filled(arguments.lang, answers))
    password, made = given_or_made(arguments.lang, stdin=arguments.password_stdin)
    async with office(load(folder), wall_clock) as here:
        enrolled = await here.accounts.add(
            answers["login"],
            arguments.pseudonym or answers["login"].split("@")[0].capitalize()[:24],
            Role.OPERATOR,
            password,
            by=here.actor,
            language=arguments.lang,
        )
        room = Room("accueil", secrets.token_hex(4), "Accueil" if french else "Welcome", created_at=here.clock())
        await here.rooms.create(room)
        await here.store.write(audit.append, here.actor, "room.created", "accueil", {}, here.clock())
    print(_told(folder, enrolled.staff.login, password if made else None, french=french))
    print(enrolled.qr_text())
    print(("Clé à saisir à la main : " if french else "Key to type by hand: ") + enrolled.totp_secret)
    print()
    if french:
        print(f"Ensuite : veillee check {folder}   puis : veillee serve {folder}")
    else:
        print(f"Next: veillee check {folder}   then: veillee serve {folder}")


def _told(folder: Path, login: str, made: str | None, *, french: bool) -> str:
    lines = [f"{folder}/veillee.toml, {folder}/veillee.db"]
    lines.append(f"Identifiant : {login}" if french else f"Login: {login}")
    if made is not None:
        lines.append(f"Phrase de passe (montrée une fois) : {made}" if french else f"Passphrase (shown once): {made}")
    lines.append(
        "Scannez ce code avec une application d'authentification. Il ne sera plus montré."
        if french
        else "Scan this code with an authenticator app. It will not be shown again."
    )
    return "\n".join(lines)


def _filled(language: str, answers: dict[str, str]) -> str:
    from importlib import resources

    text = resources.files("veillee.cli").joinpath(f"texts/{language}.toml").read_text("utf-8")
    for key, value in answers.items():
        text = text.replace(f'"@{key}@"', _quoted(value))
    return text


def _quoted(value: str) -> str:
    """A TOML basic string: quotes, backslashes and control characters escaped."""
    escaped = "".join(f"\\u{ord(c):04X}" if c in '"\\' or ord(c) < 32 or ord(c) == 127 else c for c in value)
    return f'"{escaped}"'


def _write(path: Path, text: str) -> None:
    import os

    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
