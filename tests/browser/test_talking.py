"""Guests talk in real browsers."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.past import seed
from tests.browser.place import Place

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]


async def test_two_browsers_talk(place: Place) -> None:
    """What one says the other hears at once, in a page that breaks no rule of its own policy."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await lune.say("Bonsoir Braise")
    await braise.hears("Bonsoir Braise")
    await braise.say("Bonsoir @Lune42, voici https://exemple.fr/page.")
    await lune.hears("Bonsoir @Lune42")
    await expect(lune.page.locator(".mention-me")).to_have_text("@Lune42")
    await expect(lune.page.locator(".body a")).to_have_attribute("href", "https://exemple.fr/page")
    await expect(lune.page.locator(".people .person")).to_have_count(2)
    assert lune.complaints + braise.complaints == []


async def test_a_message_is_answered_edited_and_deleted(place: Place) -> None:
    """An answer shows what it answers; an edit says so; a deleted message leaves its trace, for both."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await lune.say("Qui connaît un bon film ?")
    await braise.hears("bon film")
    await braise.choose("bon film", "Répondre")
    await braise.say("Un vieux Tati")
    await lune.hears("Un vieux Tati")
    await expect(lune.message("Un vieux Tati").locator(".quote")).to_contain_text("bon film")
    await lune.page.press("#composer", "ArrowUp")
    await expect(lune.page.locator("#composer")).to_have_value("Qui connaît un bon film ?")
    await lune.say("Qui connaît un bon livre ?")
    await braise.hears("bon livre")
    await expect(braise.message("bon livre").locator(".edited")).to_be_visible()
    await lune.choose("bon livre", "Supprimer")
    await lune.page.get_by_role("button", name="Supprimer").click()
    await expect(braise.page.locator("li.msg.gone")).to_have_count(1)
    await expect(braise.message("Un vieux Tati").locator(".quote")).to_contain_text("retiré")


async def test_what_was_written_offline_arrives_once(place: Place) -> None:
    """A strip says that the connection is lost; the message waits, survives a reload, and is said once."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await lune.say("avant")
    await braise.hears("avant")
    await lune.page.context.set_offline(True)
    for link in place.house.live.hub.everybody():
        link.abort()
    await expect(lune.page.locator(".strip-lost")).to_be_visible()
    await lune.say("pendant")
    await expect(lune.message("pendant").locator(".fate")).to_contain_text("retour de la connexion")
    await lune.page.context.set_offline(False)
    await braise.hears("pendant")
    await expect(lune.page.locator("li.pending")).to_have_count(0)
    await expect(braise.page.locator(".body", has_text="pendant")).to_have_count(1)


async def test_an_unsent_message_survives_a_reload(place: Place) -> None:
    """It is kept with its key in this tab and sent after the page comes back."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await lune.page.evaluate(
        """sessionStorage.setItem("veillee.outbox.", JSON.stringify(
             [{k: "k".repeat(32), r: "accueil", b: "gardé", at: Date.now(), state: "sending"}]))"""
    )
    await lune.page.reload()
    assert lune.complaints == []
    await braise.hears("gardé")
    await expect(braise.page.locator(".body", has_text="gardé")).to_have_count(1)


async def test_a_name_is_completed_from_the_keyboard(place: Place) -> None:
    """@ and a letter offer those present; Enter takes the first."""
    lune = await place.enter("Lune42")
    await place.enter("Braise31")
    await expect(lune.page.locator(".people .person")).to_have_count(2)
    await lune.page.locator("#composer").press_sequentially("Bonsoir @br")
    await expect(lune.page.get_by_role("option", name="Braise31")).to_be_visible()
    await lune.page.press("#composer", "Enter")
    await expect(lune.page.locator("#composer")).to_have_value("Bonsoir @Braise31 ")


async def test_history_is_scrolled_back(place: Place) -> None:
    """Fifty at first; the rest comes as one scrolls up, and the reader's place is kept."""
    await seed(place.house, 120)
    lune = await place.enter("Lune42")
    await expect(lune.page.locator("li.msg")).to_have_count(50)
    await lune.page.locator(".log").evaluate("box => box.scrollTop = 0")
    await expect(lune.page.locator("li.msg").nth(99)).to_be_attached()
    top = await lune.page.locator(".log").evaluate("box => box.scrollTop")
    assert top > 300
    await expect(lune.page.get_by_role("button", name="Aller à la fin")).to_be_visible()


async def test_it_works_where_websocket_is_blocked(place: Place) -> None:
    """After two failures the client falls back to server-sent events, and talks."""
    visit = await place.open("/")
    await visit.page.add_init_script(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose({code: 1006}), 0) } close() {} }"
    )
    await visit.page.goto(place.url + "/s/accueil")
    await visit.page.fill("#nick", "Lune42")
    await visit.page.check("[name=rules]")
    await visit.page.click("[type=submit]")
    await visit.page.wait_for_selector("#composer")
    braise = await place.enter("Braise31")
    await visit.say("par un autre chemin")
    await braise.hears("par un autre chemin")
    await braise.say("bien reçu")
    await visit.hears("bien reçu")
