"""A whole house in memory, and browsers without scripts to walk it with."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from veillee.cli.demo_place import FICTITIOUS
from veillee.model.room import Room
from veillee.settings import Instance, Settings, Storing
from veillee.wiring.house import House, build_house

URL = "http://veillee.test"
ACCUEIL = Room("accueil", "e1", "Accueil", "On arrive, on souffle.", created_at=1)
CHUCHOTIS = Room("chuchotis", "e1", "Chuchotis", public_reading=False, created_at=1)


@contextlib.asynccontextmanager
async def open_house(folder: Path, *, lawful: bool = True) -> AsyncIterator[House]:
    """A house with two rooms, one of which may be read from outside; nothing leaves memory."""
    legal = FICTITIOUS if lawful else {}
    house = await build_house(Settings(folder, Instance("Chez nous", URL), store=Storing(":memory:"), legal=legal))
    for room in (ACCUEIL, CHUCHOTIS):
        await house.community.rooms.create(room)
    async with house.running():
        yield house


def browser(house: House, **headers: str) -> httpx.AsyncClient:
    """A browser without scripts: keeps cookies, asks for pages, follows nothing by itself."""
    transport = httpx.ASGITransport(house.app)
    asked = {"accept": "text/html", "accept-language": "fr", "origin": URL} | headers
    return httpx.AsyncClient(transport=transport, base_url=URL, headers=asked)
