"""From a report to the statement, in real browsers: a guest reports, Nadia decides, the person reads and contests."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.place import Place
from tests.browser.test_access import problems
from veillee.accountability.accounts import Enrolment, code_at
from veillee.model.casefile import Ground, Measure, Ruling
from veillee.model.staff import Role

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PASSWORD = "long-enough-password"
SAID = "retourne donc parler à ton frigo, laisse les grands"


async def sign_in(place: Place, page: Page, enrolled: Enrolment) -> None:
    """Through the login page, with password and code."""
    await page.fill("#login", enrolled.staff.login)
    await page.fill("#password", PASSWORD)
    await page.fill("#code", code_at(enrolled.totp_secret, place.house.community.clock()))
    await page.get_by_role("button", name="Entrer").click()
    await page.wait_for_url("**/console/**")


async def reported(place: Place) -> None:
    """Braise says something, Lune reports it."""
    lune, braise = await place.enter("Lune42"), await place.enter("Braise31")
    await braise.say(SAID)
    await lune.hears(SAID)
    await lune.message(SAID).first.hover()
    await lune.message(SAID).get_by_role("button", name="Signaler").click()
    dialog = lune.page.get_by_role("dialog")
    await dialog.get_by_label("Harcèlement ou insulte").check()
    await dialog.get_by_role("button", name="Signaler").click()
    await expect(dialog.locator("[data-receipt]")).to_be_visible()


async def test_a_report_becomes_a_decision_and_the_statement_appears(place: Place) -> None:
    """The whole way, on keys where there are keys: t takes, 3 removes, the statement is read before it is sent."""
    await reported(place)
    nadia = await place.open("/console/")
    page = nadia.page
    await sign_in(place, page, place.staff)
    await expect(page.locator("[data-row]")).to_contain_text("frigo")
    await page.keyboard.press("t")
    await expect(page.locator(".case-head")).to_contain_text("à vous jusqu’à")
    await page.keyboard.press("3")
    await expect(page.locator("[name=measure][value=remove]")).to_be_checked()
    await page.locator("[name=rule][value=respect]").check()
    await page.get_by_role("button", name="insulte").click()
    await page.get_by_role("button", name="Relire avant d’envoyer").click()
    await expect(page.locator(".preview")).to_contain_text("Votre message a été retiré.")
    await page.get_by_role("button", name="Décider", exact=True).click()
    await expect(page.locator(".notice-well").first).to_contain_text("décidé")
    await expect(page.locator(".calm")).to_contain_text("Rien à traiter")
    assert nadia.complaints == []
    (case,) = await place.house.moderation.queue.closed(1)
    (statement,) = (await place.house.moderation.cases.get(case.number)).statements
    person = await place.open(f"/suivi/{place.house.moderation.desk.code(statement)}")
    card = person.page.locator("section.card").first
    for told in ("Votre message a été retiré.", SAID, "Règle 1", "mots insultants", "Une personne de l’équipe."):
        await expect(card).to_contain_text(told)
    await person.page.fill("#note", "Je citais un film.")
    await person.page.get_by_role("button", name="Envoyer mon recours").click()
    await expect(person.page.locator("[role=status]")).to_contain_text("recours est reçu")
    await page.goto(place.url + "/console/appeals")
    await expect(page.locator("[data-row]")).to_contain_text("Je citais un film.")
    assert person.complaints == []


async def test_somebody_without_scripts_decides_too(place: Place) -> None:
    """The console is pages and forms: with scripts off a case is taken, read beforehand and decided."""
    await reported(place)
    nadia = await place.open("/console/", java_script_enabled=False)
    page = nadia.page
    await sign_in(place, page, place.staff)
    await page.locator("[data-take]").click()
    await page.locator("[name=measure][value=warn]").check()
    await page.locator("[name=rule][value=respect]").check()
    await page.fill("#facts", "Ce message insulte quelqu’un.")
    await page.get_by_role("button", name="Relire avant d’envoyer").click()
    await expect(page.locator(".preview")).to_contain_text("avertissement")
    await page.get_by_role("button", name="Décider", exact=True).click()
    await expect(page.locator(".notice-well").first).to_contain_text("décidé")


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_no_screen_of_the_console_has_a_serious_problem(place: Place, scheme: str) -> None:
    """Every screen of staff and of whoever holds a code, evening and day, wide and narrow; nothing sticks out."""
    house = place.house
    await reported(place)
    (waiting,) = await house.moderation.queue.view()
    number = waiting.case.number
    paul = await house.accounts.add("paul", "Paul", Role.OPERATOR, PASSWORD, by="test")
    visit = await place.open("/console/", color_scheme=scheme)
    page = visit.page
    found = {"login": await problems(page)}
    await sign_in(place, page, paul)

    async def look(path: str) -> None:
        await page.goto(place.url + path)
        for width in (1280, 390, 320):
            await page.set_viewport_size({"width": width, "height": 800})
            found[f"{path} {width}"] = await problems(page)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found[f"{path} {width}"].append(f"sticks out by {wide - width} px")

    for path in ("/console/", f"/console/cases/{number}", "/console/appeals", "/console/dashboard"):
        await look(path)
    for path in ("/console/rules", "/console/rules/of/fr.spam.flood", "/console/rules/new"):
        await look(path)
    for path in ("/console/rooms", "/console/staff", "/console/audit", "/console/cases/new"):
        await look(path)
    ruling = Ruling(Measure.REMOVE, "Ce message insulte.", Ground.TERMS, "respect")
    case = waiting.case
    done = await house.moderation.decisions.decide(number, case.version, ruling, place.staff.staff)
    assert done.statement is not None
    code = house.moderation.desk.code(done.statement)
    await house.moderation.appeals.lodge(code, "Je citais un film.")
    (pending,) = await house.moderation.appeals.pending(paul.staff)
    await look(f"/console/appeals/{pending.appeal.id}")
    for path in (f"/suivi/{code}", "/suivi", "/signaler", "/transparence"):
        await look(path)
    for path in ("/legal/contact", "/legal/terms", "/legal/tools", "/legal/privacy"):
        await look(path)
    assert {screen: each for screen, each in found.items() if each} == {}
    assert visit.complaints == []
