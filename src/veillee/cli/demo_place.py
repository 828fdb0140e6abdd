"""The demo's place: a fictitious operator, seeded rooms, staff with printed logins, guests who go on talking."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import socket
from pathlib import Path

from veillee.accountability.accounts import Enrolment
from veillee.chat.guests import Entry
from veillee.cli.scenes import REPORTED, SCENES, Scene
from veillee.model.clock import MINUTE
from veillee.model.errors import Refused
from veillee.model.guest import Guest
from veillee.model.message import Draft, NewMessage
from veillee.model.room import Room
from veillee.model.staff import Role
from veillee.protocol.commands import Target
from veillee.settings import Instance, Listening, Settings
from veillee.store import messages as rows
from veillee.wiring.house import House, build_house

HOST = "127.0.0.1"
PAUSE_S = (5.0, 14.0)
"""Between two lines of one room's guests, least and most."""

FICTITIOUS: dict[str, dict[str, object]] = {
    "operator": {
        "name": "Association fictive Les Veilleurs",
        "address": "1 rue de l'Exemple, 00000 Nulle-Part",
        "phone": "00 00 00 00 00",
        "email": "contact@exemple.invalid",
        "publication_director": "Camille Exemple (personne fictive)",
        "host_name": "Hébergeur fictif",
        "host_address": "2 rue de l'Exemple, 00000 Nulle-Part",
        "host_phone": "00 00 00 00 01",
        "fictitious": True,
    },
    "contacts": {
        "authorities": "autorites@exemple.invalid",
        "users": "aide@exemple.invalid",
        "users_phone": "00 00 00 00 02",
        "languages": ["fr", "en"],
    },
}


async def open_demo(folder: Path, listening: socket.socket, *, quiet: bool, metrics_port: int = 0) -> None:
    """Build, seed and serve the demo until a signal; prints the address and the staff logins once it is ready."""
    port = listening.getsockname()[1]
    settings = Settings(
        folder, Instance("Veillée", f"http://{HOST}:{port}"), Listening(metrics_port=metrics_port), legal=FICTITIOUS
    )
    house = await build_house(settings)
    cast = await seed(house)
    crew = await crew_of(house)
    house.refresh()

    async def started(bound: int) -> None:
        print(_welcome(bound, crew), flush=True)

    async with asyncio.TaskGroup() as group:
        talkers = [] if quiet else [group.create_task(_talk(house, scene, cast)) for scene in SCENES]
        try:
            await house.serve(listening, started)
        finally:
            for talker in talkers:
                talker.cancel()


async def seed(house: House) -> dict[str, Guest]:
    """Rooms, their guests and what was said before; answers the guests by pseudonym."""
    community = house.community
    cast: dict[str, Guest] = {}
    said: dict[tuple[str, str], str] = {}
    now = community.clock()
    for scene in SCENES:
        room = Room(
            scene.slug, secrets.token_hex(3), scene.name, scene.topic, scene.notice, scene.language, now,
        )  # fmt: skip
        await community.rooms.create(room)
        for name in {name for name, _ in (*scene.history, *scene.live)}:
            if name not in cast:
                device = secrets.token_hex(20)
                cast[name] = (await community.guests.enter(Entry(name, True, device, language=scene.language))).guest
        for index, (name, text) in enumerate(scene.history):
            at = now - (len(scene.history) - index) * 2 * MINUTE
            line = _line(house, cast[name], scene.slug, text, at)
            await community.members.known_as(cast[name], scene.slug)
            await community.store.write(rows.append, line)
            said[scene.slug, name] = line.id
        house.community.rooms.spoken(scene.slug, now - 2 * MINUTE)
    slug, author, reporter, reason, note = REPORTED
    about = Target(r=slug, id=said[slug, author])
    await house.moderation.reception.report(cast[reporter], about, reason, note)
    return cast


def _line(house: House, guest: Guest, room: str, text: str, at: int) -> NewMessage:
    keys = house.community.keys
    message_id = house.community.chance.identifier()
    return NewMessage(
        id=message_id, room=room, guest_id=guest.id, device=guest.device, u=keys.face(guest.id, room, guest.pseudonym),
        pseudonym=guest.pseudonym, key=message_id, digest=keys.digest(room, text, None), body=text, reply_to=None,
        at=at,
    )  # fmt: skip


async def crew_of(house: House) -> list[tuple[Enrolment, str]]:
    """A moderator, on duty, and an operator; answers them with their passwords."""
    crew = []
    for login, name, role in (("nadia", "Nadia", Role.MODERATOR), ("paul", "Paul", Role.OPERATOR)):
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        crew.append((await house.accounts.add(login, name, role, password, by="cli"), password))
        house.community.guests.reserved.add(name)
    await house.duty.start(crew[0][0].staff, 12)
    return crew


async def _talk(house: House, scene: Scene, cast: dict[str, Guest]) -> None:
    """The scene's guests are present and go on talking, round and round."""
    community = house.community
    for name in dict.fromkeys(name for name, _ in (*scene.live, *scene.history)):
        await community.members.join(cast[name], scene.slug)
    least, most = PAUSE_S
    for turn in itertools.count():
        for name, text in scene.live:
            await asyncio.sleep(least + secrets.randbelow(int((most - least) * 1000)) / 1000)
            key = f"{turn}:{secrets.token_hex(8)}"
            with contextlib.suppress(Refused):
                await community.messages.post(cast[name], Draft(scene.slug, key, text))


def _welcome(port: int, crew: list[tuple[Enrolment, str]]) -> str:
    base = f"http://{HOST}:{port}"
    lines = [
        "",
        f"  Veillée (démo)   {base}/",
        f"  console          {base}/console/",
        "",
        "  Équipe (identifiants de démonstration, nouveaux à chaque lancement):",
    ]
    for enrolment, password in crew:
        person = enrolment.staff
        lines.append(f"    {person.role.value:<10} {person.login:<7} {password}   TOTP {enrolment.totp_secret}")
    return "\n".join([*lines, "", "  Ctrl-C pour arrêter. Tout est dans un dossier temporaire, effacé à la fin.", ""])
