"""Everybody can use it: without scripts, from the keyboard, with a screen reader, in any light (PRODUCT.md §4.10)."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.past import seed
from tests.browser.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def problems(page: Page) -> list[str]:
    """What axe finds serious or critical, with where."""
    found = cast(dict[str, Any], (await Axe().run(page)).response)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary'][:200]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
async def test_no_screen_has_a_serious_problem(place: Place, scheme: str, locale: str) -> None:
    """Every screen of a guest, evening and day, French and English."""
    await seed(place.house, 8)
    visit = await place.open("/", color_scheme=scheme, locale=locale)
    page, found = visit.page, {}
    found["entry"] = await problems(page)
    for path in ("/reprendre", "/s/nowhere", "/s/accueil?lire"):
        await page.goto(place.url + path)
        found[path] = await problems(page)
    await page.goto(place.url + "/s/accueil")
    await page.fill("#nick", "x")
    await page.check("[name=rules]")
    await page.click("[type=submit]")
    await expect(page.locator("#entry-error")).to_be_visible()
    found["refused entry"] = await problems(page)
    await page.fill("#nick", "Lune42")
    await page.click("[type=submit]")
    await page.wait_for_selector("#composer")
    await visit.hears("numéro 8")
    found["room"] = await problems(page)
    await visit.say("va crever @Galet")
    await expect(page.locator(".pending-refused")).to_be_visible()
    await visit.say("je veux mourir")
    await expect(page.locator(".help-card")).to_be_visible()
    await page.locator("li.msg").first.hover()
    found["refused, card"] = await problems(page)
    await page.locator("li.msg").first.locator(".tools button").last.click()
    found["menu"] = await problems(page)
    await page.keyboard.press("Escape")
    await page.locator("li.msg").first.locator(".tools button").nth(1).click()
    await page.locator("input[value=danger]").check()
    found["report"] = await problems(page)
    await page.keyboard.press("Escape")
    await page.locator(".self").click()
    found["me"] = await problems(page)
    await page.set_viewport_size({"width": 320, "height": 640})
    found["narrow"] = await problems(page)
    assert {screen: each for screen, each in found.items() if each} == {}
    assert visit.complaints == []


async def test_the_way_in_and_through_needs_no_pointer(place: Place) -> None:
    """From the address bar to a sent message, an answer, a report and back, on keys alone."""
    braise = await place.enter("Braise31")
    await braise.say("Bonsoir à vous")
    visit = await place.open("/s/accueil")
    page, keys = visit.page, visit.page.keyboard
    await page.focus("#nick")
    await keys.press("Control+A")
    await keys.type("Lune42")
    for _ in range(6):
        await keys.press("Tab")
        if await page.evaluate("document.activeElement.name") == "rules":
            break
    await keys.press("Space")
    await keys.press("Enter")
    await page.wait_for_selector("#composer")
    await visit.hears("Bonsoir à vous")
    await keys.press("Escape")
    await keys.type("Bonsoir !")
    await keys.press("Enter")
    await braise.hears("Bonsoir !")
    await page.focus("li.msg[tabindex='0']")
    await keys.press("Home")
    await expect(page.locator("li.msg").first).to_be_focused()
    await keys.press("r")
    await expect(page.locator(".composer-about")).to_contain_text("Braise31")
    await keys.type("Ravie")
    await keys.press("Enter")
    await expect(braise.message("Ravie").locator(".quote")).to_be_visible()
    await page.focus("li.msg[tabindex='0']")
    await keys.press("Home")
    await expect(page.locator("li.msg").first).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_role("menu")).to_be_visible()
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await keys.press("Escape")
    await expect(page.locator("li.msg").first).to_be_focused()
    await keys.press("Control+k")
    await expect(page.locator("#room-search")).to_be_focused()
    await keys.press("Escape")
    await expect(page.locator("#composer")).to_be_focused()
    await keys.press("Alt+ArrowDown")
    await expect(page.locator(".talk-title h1")).to_have_text("Chuchotis")


async def test_new_messages_are_announced_politely(place: Place) -> None:
    """The log itself says nothing; one region says one message, and many as a number; nothing takes the focus."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    assert await lune.page.get_by_role("log").get_attribute("aria-live") == "off"
    await lune.page.focus("#room-search")
    said = lune.page.locator("#announcer")
    await braise.say("Bonsoir")
    await expect(said).to_contain_text(re.compile(r"Braise31\s: Bonsoir"))
    for n in range(4):
        await braise.say(f"et {n}")
        await braise.hears(f"et {n}")
    await expect(said).to_contain_text("nouveaux messages")
    await expect(lune.page.locator("#room-search")).to_be_focused()
    live = await lune.page.evaluate(
        "[...document.querySelectorAll('[aria-live]:not([aria-live=off])')].map((e) => e.id)"
    )
    assert live == ["announcer"]


async def test_somebody_without_scripts_reads_and_comes_in(place: Place) -> None:
    """In a browser with scripts off: enter, note the four words, read the room."""
    await seed(place.house, 3)
    visit = await place.open("/s/accueil", java_script_enabled=False)
    await visit.page.fill("#nick", "Lune42")
    await visit.page.check("[name=rules]")
    await visit.page.click("[type=submit]")
    assert len((await visit.page.locator(".code").inner_text()).split()) == 4
    await visit.page.get_by_role("link", name="Aller aux salons").click()
    await expect(visit.page.locator(".plain-log .body").last).to_have_text("Message numéro 3")


@pytest.mark.parametrize("width", [320, 390, 700, 1280])
async def test_no_width_needs_scrolling_sideways(place: Place, width: int) -> None:
    """From 320 px on nothing sticks out, on the entry page and in a room; controls are at least 24 px."""
    await seed(place.house, 4)
    visit = await place.open("/s/accueil", viewport={"width": width, "height": 700})
    for step in ("entry", "room"):
        if step == "room":
            await visit.page.fill("#nick", "Lune42")
            await visit.page.check("[name=rules]")
            await visit.page.click("[type=submit]")
            await visit.hears("numéro 4")
        assert await visit.page.evaluate("document.documentElement.scrollWidth") <= width
        small = await visit.page.evaluate(
            """[...document.querySelectorAll("button, input, a.button, select, textarea")]
                 .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
                 .filter(([, box]) => box.width && (box.width < 22 || box.height < 22)).map(([name]) => name)"""
        )
        assert small == []
