"""A served house and a real Chromium."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.place import Place
from tests.web.pages.house import open_house
from veillee.gateway.server import Server, listen
from veillee.model.staff import Role


def _chromium() -> str:
    """The system's Chromium; none is a failure with a remedy."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("no Chromium on the PATH: scripts/setup installs it")
    return found


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def _served(place: Place) -> AsyncIterator[None]:
    opened = asyncio.Event()

    async def started(port: int) -> None:
        place.port = port
        opened.set()

    house = place.house
    server = Server(house.app, house.live.door, house.live.drain)
    server.on_started(started)
    task = asyncio.create_task(server.serve(sockets=[listen("127.0.0.1", 0)]))
    await opened.wait()
    yield
    server.should_exit = True
    await task


@pytest_asyncio.fixture
async def place(tmp_path: Path, chromium: Browser) -> AsyncIterator[Place]:
    """A house with two rooms, served, with Nadia on duty."""
    async with open_house(tmp_path) as house:
        enrolment = await house.accounts.add("nadia", "Nadia", Role.MODERATOR, "long-enough-password", by="test")
        await house.duty.start(enrolment.staff, 6)
        house.refresh()
        served = Place(house, chromium, enrolment)
        async with _served(served):
            yield served
            await served.close()
