"""From a report to a decision, as the two guests live it (DSA art. 16, 17 and 20)."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.place import Place, Visit
from veillee.model.casefile import Ground, Measure, Ruling
from veillee.model.clock import HOUR

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def report(visit: Visit, text: str) -> None:
    """Report a message for harassment, without blocking its author."""
    await visit.hears(text)
    await visit.message(text).hover()
    await visit.message(text).get_by_role("button", name="Signaler").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Harcèlement ou insulte").check()
    await dialog.get_by_label("Bloquer aussi cette personne").uncheck()
    await dialog.get_by_role("button", name="Signaler").click()
    await expect(dialog.locator("[data-receipt]")).to_be_visible()
    await visit.page.keyboard.press("Escape")


async def test_a_report_becomes_a_decision_and_its_statement_appears(place: Place) -> None:
    """Staff mute and remove: the message goes for all, the author is told and reads why, the reporter is answered."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await braise.say("encore toi, avec tes chansons")
    await report(lune, "encore toi, avec tes chansons")
    moderation, nadia = place.house.moderation, place.staff.staff
    waiting = (await moderation.queue.view())[0].case
    claimed = await moderation.queue.claim(waiting.number, waiting.version, nadia)
    until = place.house.community.clock() + HOUR
    ruling = Ruling(
        Measure.MUTE, "Rejette une personne du groupe.", Ground.TERMS, "respect", ends_at=until, remove=True
    )
    await moderation.decisions.decide(claimed.number, claimed.version, ruling, nadia)
    await expect(lune.page.locator("li.msg.gone")).to_have_count(1)
    await expect(braise.page.locator(".strip-sanction")).to_contain_text("silence")
    await expect(lune.page.locator(".strip", has_text="Votre signalement a reçu une réponse")).to_be_visible()
    await braise.page.locator(".strip-sanction a").click()
    await expect(braise.page.locator("main")).to_contain_text("Rejette une personne du groupe.")
    assert braise.complaints + lune.complaints == []
