"""A place to walk through with real browsers, and what guests do there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from veillee.accountability.accounts import Enrolment
from veillee.wiring.house import House

expect.set_options(timeout=15_000)


@dataclass(slots=True)
class Visit:
    """One guest's page. `complaints` are errors of the page: scripts that failed, what the policy refused."""

    page: Page
    complaints: list[str]

    async def say(self, text: str) -> None:
        """Write and send."""
        await self.page.fill("#composer", text)
        await self.page.press("#composer", "Enter")

    def message(self, text: str) -> Locator:
        """The message with this text, delivered or on its way."""
        return self.page.locator("li.msg", has=self.page.locator(".body", has_text=text))

    async def hears(self, text: str) -> None:
        """Wait until the message is in the stream for good."""
        await expect(self.page.locator("li.msg:not(.pending) .body", has_text=text)).to_be_visible()

    async def does_not_hear(self, text: str) -> None:
        """The message is not in the stream."""
        await expect(self.page.locator("li.msg:not(.pending) .body", has_text=text)).to_have_count(0)

    async def choose(self, text: str, action: str) -> None:
        """Take an action from a message's menu."""
        await self.message(text).first.hover()
        await self.message(text).first.get_by_role("button", name="Autres actions").click()
        await self.page.get_by_role("menuitem", name=action).click()


@dataclass(slots=True)
class Place:
    """A served house. `port` is where."""

    house: House
    chromium: Browser
    staff: Enrolment
    port: int = 0
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the place."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self, path: str = "/", **options: Any) -> Visit:
        """A new browser on a page."""
        options = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"} | options
        context = await self.chromium.new_context(**options)
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        await page.goto(self.url + path)
        return Visit(page, complaints)

    async def enter(self, nick: str, path: str = "/s/accueil", **options: Any) -> Visit:
        """A guest comes in through the entry page and is in the room."""
        visit = await self.open(path, **options)
        await visit.page.fill("#nick", nick)
        await visit.page.check("[name=rules]")
        await visit.page.click("[type=submit]")
        await visit.page.wait_for_selector("#composer")
        await expect(visit.page.locator(".talk-title h1")).to_have_text("Accueil")
        return visit

    async def close(self) -> None:
        """Close every browser."""
        for context in self.contexts:
            await context.close()
