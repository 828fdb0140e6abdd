"""What a guest sees of being watched over: refusals explained, second thoughts, waiting, help, reporting, sanctions."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.place import Place, Visit
from veillee.model.clock import HOUR
from veillee.model.sanction import Sanction, SanctionKind

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

INSULT = "tu es con"
REFUSED = "va crever"
DISTRESS = "je veux mourir"


async def test_a_block_is_explained(place: Place) -> None:
    """Nobody else sees it; its author reads why, with a case number, and can change it, contest it or follow it."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await lune.say(REFUSED)
    fate = lune.message(REFUSED).locator(".fate")
    await expect(fate).to_contain_text("n'est pas passé")
    await expect(fate.locator(".case")).to_contain_text("Dossier")
    link = fate.get_by_role("link", name="Suivre le dossier")
    assert "/suivi/" in (await link.get_attribute("href") or "")
    await braise.does_not_hear(REFUSED)
    await fate.get_by_role("button", name="Modifier").click()
    await expect(lune.page.locator("#composer")).to_have_value(REFUSED)
    await lune.say("je suis en colère")
    await braise.hears("je suis en colère")


async def test_a_refusal_is_contested_from_the_page(place: Place) -> None:
    """One's reasons, in the same window; the answer says that somebody will read them."""
    lune = await place.enter("Lune42")
    await lune.say(REFUSED)
    await lune.message(REFUSED).get_by_role("button", name="Contester").click()
    await lune.page.fill("#appeal-note", "Je citais une chanson.")
    await lune.page.get_by_role("button", name="Envoyer le recours").click()
    await expect(lune.page.get_by_role("status").filter(has_text="Recours reçu")).to_be_visible()


async def test_somebody_thinks_again(place: Place) -> None:
    """A warning asks first; sending anyway is possible and is the author's choice."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await lune.say(INSULT)
    fate = lune.message(INSULT).locator(".fate")
    await expect(fate).to_contain_text("Relisez")
    await braise.does_not_hear(INSULT)
    await fate.get_by_role("button", name="Envoyer quand même").click()
    await braise.hears(INSULT)
    await expect(lune.page.locator("li.pending")).to_have_count(0)


async def test_a_held_message_waits_and_is_released(place: Place) -> None:
    """While nobody is on duty a doubtful message waits; its author sees that; a person lets it pass."""
    await place.house.duty.end(place.staff.staff)
    place.house.refresh()
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await expect(lune.page.locator(".strip", has_text="Personne ne veille")).to_be_visible()
    await lune.say(INSULT)
    await expect(lune.message(INSULT).locator(".fate")).to_contain_text("attend")
    await braise.does_not_hear(INSULT)
    entries = await lune.page.evaluate('JSON.parse(sessionStorage.getItem("veillee.outbox."))')
    await place.house.community.messages.release(entries[0]["id"])
    await braise.hears(INSULT)
    await lune.hears(INSULT)
    await expect(lune.page.locator("li.pending")).to_have_count(0)


async def test_a_report_ends_with_a_receipt(place: Place) -> None:
    """Two touches to the reasons; danger shows whom to call; the receipt is kept; the person is out of sight."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await braise.say("message à signaler")
    await lune.hears("message à signaler")
    await lune.message("message à signaler").hover()
    await lune.message("message à signaler").get_by_role("button", name="Signaler").click()
    dialog = lune.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("message à signaler")
    assert await dialog.get_by_role("radio").count() == 8
    await dialog.get_by_label("Menace ou danger immédiat").check()
    await expect(dialog.locator(".helplines")).to_contain_text("17")
    await dialog.get_by_label("Ajouter quelque chose").fill("Il insiste.")
    await dialog.get_by_role("button", name="Signaler").click()
    receipt = dialog.locator("[data-receipt]")
    await expect(receipt).to_be_visible()
    code = (await receipt.inner_text()).strip()
    await dialog.locator(".row").get_by_role("button", name="Fermer").click()
    await lune.does_not_hear("message à signaler")
    await braise.say("encore là")
    await braise.hears("encore là")
    await lune.does_not_hear("encore là")
    await lune.page.get_by_role("button", name="Moi").first.click()
    assert code in (await lune.page.locator(".me a[href^='/suivi/']").first.get_attribute("href") or "")


async def test_a_dialog_gives_the_focus_back(place: Place) -> None:
    """Escape closes it, and one is where one was."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await braise.say("bonsoir")
    await lune.hears("bonsoir")
    await lune.message("bonsoir").focus()
    await lune.message("bonsoir").get_by_role("button", name="Signaler").focus()
    await lune.page.keyboard.press("Enter")
    await expect(lune.page.get_by_role("dialog")).to_be_visible()
    await lune.page.keyboard.press("Escape")
    await expect(lune.page.get_by_role("dialog")).to_have_count(0)
    assert await lune.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Signaler"


async def test_help_is_offered_to_whoever_needs_it(place: Place) -> None:
    """A card with words and numbers, to one reader only, gone when read."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await lune.say(DISTRESS)
    card = lune.page.locator(".help-card")
    await expect(card).to_contain_text("3114")
    await expect(braise.page.locator(".help-card")).to_have_count(0)
    await card.get_by_role("button", name="J’ai lu").click()
    await expect(card).to_have_count(0)


async def impose(place: Place, visit: Visit, kind: SanctionKind) -> None:
    """Staff restrict whoever sits at this page."""
    community = place.house.community
    token = next(c["value"] for c in await visit.page.context.cookies() if c["name"] == "veillee")
    guest = await community.guests.by_token(token)
    assert guest is not None
    now = community.clock()
    await community.sanctions.impose(
        Sanction("s1", kind, guest.device, guest.id, None, "respect@1", now, now + HOUR, "7F3K-21AB", "CODE-CODE")
    )


async def test_a_muted_guest_can_read_and_knows_until_when(place: Place) -> None:
    """What one writes is refused with the rule, the end, the case and the way to contest."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await impose(place, lune, SanctionKind.MUTE)
    await lune.say("suis-je là ?")
    fate = lune.message("suis-je là ?").locator(".fate")
    await expect(fate).to_contain_text("silence")
    await expect(fate.get_by_role("link", name="Suivre le dossier")).to_have_attribute("href", "/suivi/CODE-CODE")
    await braise.say("on vous lit")
    await lune.hears("on vous lit")


async def test_a_suspended_guest_is_told_why(place: Place) -> None:
    """The page says that access is suspended and where the decision is; it does not come back by itself."""
    lune = await place.enter("Lune42")
    await impose(place, lune, SanctionKind.SERVICE_BAN)
    await expect(lune.page.get_by_role("heading", name="Votre accès est suspendu")).to_be_visible()
    await expect(lune.page.get_by_role("link", name="Voir la décision")).to_have_attribute("href", "/suivi/CODE-CODE")
