"""A console over a real store: an operator (Paul) and a moderator (Nadia), and browsers that are signed in or not."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import APIRouter

from veillee.accountability.accounts import Accounts, Enrolment, code_at
from veillee.accountability.duty import Duty
from veillee.chat.rooms import Rooms
from veillee.model.clock import SECOND
from veillee.model.errors import Code, Refused
from veillee.model.staff import Role
from veillee.store.engine import SqliteStore, connect, engine_over
from veillee.store.tables import catalogue
from veillee.web.app import create_app
from veillee.web.assets import FOLDER, Assets
from veillee.web.console.door import Door
from veillee.web.console.journal import Journal
from veillee.web.console.salons import Salons
from veillee.web.console.team import Team
from veillee.web.rendering import Pages, Place
from veillee.web.wording import Wording

PASSWORD = "une veillée au coin du feu"
ORIGIN = "https://f.example"


class House:
    """The console with what it stands on, and a clock that a test moves."""

    def __init__(self, store: SqliteStore) -> None:
        self.now = 1_795_464_878_000
        self.store = store
        self.accounts = Accounts(store, self.clock, secrets.token_bytes)
        self.duty = Duty(store, self.clock)
        self.rooms = Rooms(store, self.clock, lambda _slug: 7)
        wording = Wording.read()
        self.pages = Pages(wording, Assets(FOLDER, wording), lambda: Place("Le Foyer", "Association du Foyer"))
        self.door = Door(self.accounts, self.duty, self.pages, lambda _request: "here")
        self.enrolled: dict[str, Enrolment] = {}
        self.open: list[httpx.AsyncClient] = []
        self.routers: list[APIRouter] = [
            self.door.router(),
            Team(self.door, self.accounts).router(),
            Salons(self.door, self.accounts, self.rooms, self.clock, lambda: "e1", refuse_insults).router(),
            Journal(self.door, self.accounts, self.store).router(),
        ]

    def clock(self) -> int:
        return self.now

    def browser(self) -> httpx.AsyncClient:
        """A browser that has not signed in."""
        app = create_app(self.routers, [], self.ready)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=ORIGIN, headers={"origin": ORIGIN, "accept-language": "fr"}
        )
        self.open.append(client)
        return client

    async def ready(self) -> bool:
        return True

    def code(self, login: str) -> str:
        """The code that this person's app shows; each call waits for the next one, since a code works once."""
        self.now += 30 * SECOND
        return code_at(self.enrolled[login].totp_secret, self.now)

    async def signed_in(self, login: str) -> httpx.AsyncClient:
        """A browser in which somebody has signed in."""
        client = self.browser()
        given = {"login": login, "password": PASSWORD, "code": self.code(login)}
        answer = await client.post("/console/login", data=given)
        assert answer.status_code == 303, answer.text
        return client


def refuse_insults(title: str) -> None:
    """Stands for the judge of titles: refuses one word."""
    if "imbécile" in title:
        raise Refused(Code.BLOCKED_CONTENT)


async def token(client: httpx.AsyncClient, path: str = "/console/audit") -> str:
    """The form token of a signed-in browser, read off a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', (await client.get(path)).text)
    assert found is not None
    return found[1]


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A house with Paul, an operator, and Nadia, a moderator."""
    with engine_over(connect(tmp_path / "v.db")).connect() as tx:
        catalogue.metadata.create_all(tx)
    store = SqliteStore(tmp_path / "v.db")
    made = House(store)
    for login, role in (("paul", Role.OPERATOR), ("nadia", Role.MODERATOR)):
        made.enrolled[login] = await made.accounts.add(login, login.title(), role, PASSWORD, by="cli")
    yield made
    for client in made.open:
        await client.aclose()
    await store.close()


@pytest.fixture
def csrf() -> Callable[..., object]:
    """`token`, for tests that post."""
    return token
