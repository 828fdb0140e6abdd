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
from veillee.chat.guests import Entry
from veillee.chat.rooms import Rooms
from veillee.model.clock import SECOND
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.message import Draft
from veillee.model.room import Room
from veillee.model.staff import Role
from veillee.protocol.commands import Target
from veillee.settings import Instance, Settings
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
from veillee.wiring.house import House as Whole
from veillee.wiring.house import build_house

PASSWORD = "une veillée au coin du feu"
ORIGIN = "https://f.example"


class ToldClock:
    """A clock that shows what it is told."""

    def __init__(self) -> None:
        self.now = 1_795_464_878_000

    def __call__(self) -> int:
        return self.now


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
        self.reserved: list[str] = []
        self.enrolled: dict[str, Enrolment] = {}
        self.open: list[httpx.AsyncClient] = []
        self.routers: list[APIRouter] = [
            self.door.router(),
            Team(self.door, self.accounts, self.reserved.append).router(),
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


class Watch:
    """A whole house with one room in which two guests talk, and the staff who watch; what tests of cases need."""

    def __init__(self, whole: Whole, enrolled: dict[str, Enrolment], told: ToldClock) -> None:
        self.whole = whole
        self.enrolled = enrolled
        self.told = told
        self.moderation = whole.moderation
        self.open: list[httpx.AsyncClient] = []
        self.guests: dict[str, Guest] = {}

    async def enter(self, nick: str) -> Guest:
        """Somebody enters and joins the room."""
        entered = await self.whole.community.guests.enter(Entry(nick, True, f"{nick.lower():x<24}"))
        await self.whole.community.members.join(entered.guest, "cafe")
        self.guests[nick] = entered.guest
        return entered.guest

    async def say(self, nick: str, text: str) -> str:
        """Somebody says something that passes; the message's id."""
        self.told.now += 2 * SECOND
        posted = await self.whole.community.messages.post(
            self.guests[nick], Draft("cafe", f"{nick}{self.told.now}", text)
        )
        return posted.id

    async def report(self, nick: str, message_id: str, reason: str = "harassment", note: str = "") -> str:
        """Somebody reports a message; the receipt code."""
        target = Target(r="cafe", id=message_id)
        return await self.moderation.intake.report(self.guests[nick], target, reason, note)

    def browser(self) -> httpx.AsyncClient:
        """A browser that has not signed in."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.whole.app),
            base_url=ORIGIN,
            headers={"origin": ORIGIN, "accept-language": "fr", "accept": "text/html"},
        )
        self.open.append(client)
        return client

    async def signed_in(self, login: str) -> httpx.AsyncClient:
        """A browser in which somebody of the staff has signed in."""
        self.told.now += 30 * SECOND
        client = self.browser()
        code = code_at(self.enrolled[login].totp_secret, self.told.now)
        answer = await client.post("/console/login", data={"login": login, "password": PASSWORD, "code": code})
        assert answer.status_code == 303, answer.text
        return client

    async def settle(self) -> None:
        """Carry out what the outbox owes."""
        await self.whole.community.effects.drain()


@pytest_asyncio.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    """Lune and Ombre are in the café; Nadia moderates, Inès too, Paul operates."""
    told = ToldClock()
    whole = await build_house(Settings(tmp_path, Instance("Le Foyer", ORIGIN)), told)
    enrolled = {}
    for login, role in (("paul", Role.OPERATOR), ("nadia", Role.MODERATOR), ("ines", Role.MODERATOR)):
        enrolled[login] = await whole.accounts.add(login, login.title(), role, PASSWORD, by="cli")
    await whole.community.rooms.create(Room("cafe", "e1", "Le café", created_at=told.now))
    made = Watch(whole, enrolled, told)
    for nick in ("Lune", "Ombre"):
        await made.enter(nick)
    yield made
    for client in made.open:
        await client.aclose()
    await whole.live.door.dispatch.finish()
    await whole.community.store.close()


@pytest.fixture
def csrf() -> Callable[..., object]:
    """`token`, for tests that post."""
    return token
