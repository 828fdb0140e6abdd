"""`/transparence`, for people and machines."""

from __future__ import annotations

from typing import Any


async def test_the_page_and_the_figures_agree(watch: Any) -> None:
    """One report: « moins de 5 » on the page, "<5" in JSON and CSV; no register of orders is claimed."""
    await watch.report("Lune", await watch.say("Ombre", "retourne parler à ton frigo"))
    browser = watch.browser()
    page = (await browser.get("/transparence")).text
    assert "moins de 5" in page
    assert "ne tient pas encore leur registre" in page
    year = 2026
    figures = await browser.get(f"/api/v1/transparency/{year}")
    assert figures.json()["reports"]["harassment"] == "<5"
    table = await browser.get(f"/api/v1/transparency/{year}?format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "reports,harassment,<5" in table.text


async def test_a_year_that_is_none_is_an_error_with_a_name(watch: Any) -> None:
    """To come: not found; not a number: a bad request."""
    browser = watch.browser()
    assert (await browser.get("/api/v1/transparency/2099", headers={"accept": "*/*"})).status_code == 404
    answer = await browser.get("/api/v1/transparency/soon", headers={"accept": "*/*"})
    assert (answer.status_code, answer.json()["err"]["c"]) == (400, "bad_request")
