"""The legal pages, through the HTTP door."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from veillee.accountability import helplines, operator, terms
from veillee.accountability.imprint import Imprint
from veillee.accountability.register import ActiveRule, register
from veillee.model.verdict import Action, Category
from veillee.web.assets import FOLDER, Assets
from veillee.web.pages.legal import Legal
from veillee.web.rendering import Pages, Place
from veillee.web.wording import Wording

NOW = 1_795_464_878_000
OPERATOR = operator.Operator(
    name="Association <du> Foyer",
    address="1 rue Exemple",
    phone="+33 1 00 00 00 00",
    email="bonjour@foyer.example",
    languages=("fr", "en"),
    users_email="aide@foyer.example",
)


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that holds the legal pages of an incomplete operator."""
    wording = Wording.read()
    tools = register([ActiveRule("fr.hate.slur@3", Category.HATE, Action.BLOCK, "fr")])
    imprint = Imprint("Le Foyer", "https://f.example", OPERATOR, terms.load(), helplines.load(), tools)
    pages = Pages(wording, Assets(FOLDER, wording), lambda: Place("Le Foyer", OPERATOR.name))
    app = FastAPI()
    app.include_router(Legal(pages, lambda: imprint, lambda: NOW).router())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://f.example") as client:
        yield client


async def test_the_identity_is_published_and_escaped(browser: httpx.AsyncClient) -> None:
    """LCEN 1-1: name, address, telephone are on one page; a name is text, never markup."""
    page = await browser.get("/legal/contact")
    assert page.status_code == 200
    assert "Association &lt;du&gt; Foyer" in page.text
    assert "+33 1 00 00 00 00" in page.text
    assert "operator.publication_director" in page.text  # the remedy for what is missing


async def test_the_terms_are_readable_by_people_and_machines(browser: httpx.AsyncClient) -> None:
    """DSA 14: every rule stands on the page under the id by which terms.json names it."""
    page, document = await browser.get("/legal/terms"), (await browser.get("/legal/terms.json")).json()
    for rule in document["rules"]:
        assert f'id="{rule["code"]}"' in page.text
        assert rule["id"] == f"{rule['code']}@{document['version']}"


async def test_the_register_shows_what_is_active(browser: httpx.AsyncClient) -> None:
    """The page and the document name the one active tool and that it refuses by itself."""
    page, document = await browser.get("/legal/tools"), (await browser.get("/legal/tools.json")).json()
    assert "refuser le message" in page.text
    assert [tool["name"] for tool in document["tools"]] == ["automod.hate"]
    assert document["tools"][0]["automatic_refusal"] is True


async def test_the_privacy_page_says_until_when(browser: httpx.AsyncClient) -> None:
    """GDPR 13: what is kept, why, until when, and whom to write to."""
    page = await browser.get("/legal/privacy")
    assert "Un an après votre dernière venue" in page.text
    assert "aide@foyer.example" in page.text


async def test_dsa_json_has_the_points_of_contact(browser: httpx.AsyncClient) -> None:
    """DSA 11 and 12, for machines."""
    document = (await browser.get("/.well-known/dsa.json")).json()
    assert document["contacts"]["authorities"]["languages"] == ["fr", "en"]
    assert document["notice_form"] == "https://f.example/signaler"


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [("/legal", "/legal/contact"), ("/legal/mentions", "/legal/contact"), ("/legal/conditions", "/legal/terms")],
)
async def test_addresses_that_people_type_lead_there(browser: httpx.AsyncClient, typed: str, leads_to: str) -> None:
    """French names of the pages work too."""
    answer = await browser.get(typed)
    assert answer.is_redirect
    assert answer.headers["location"] == leads_to


@pytest.mark.parametrize("path", ["/legal/contact", "/legal/terms", "/legal/tools", "/legal/privacy"])
async def test_every_page_speaks_english_too(browser: httpx.AsyncClient, path: str) -> None:
    """The reader's language is honoured on each page."""
    page = await browser.get(path, headers={"accept-language": "en"})
    assert '<html lang="en"' in page.text
    assert "Who answers</a>" in page.text
