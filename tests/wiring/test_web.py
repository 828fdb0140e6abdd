"""The HTTP door as it is built: every address of the contract is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.pages.house import browser, open_house

PATHS = (
    "/", "/s/accueil", "/embed/accueil", "/signaler", "/suivi", "/transparence", "/legal/contact", "/legal/terms",
    "/legal/tools", "/.well-known/dsa.json", "/legal/terms.json", "/api/v1/rooms", "/api/v1/rooms/accueil",
    "/api/v1/rooms/accueil/messages", "/healthz", "/readyz", "/openapi.json", "/console/login",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_the_addresses_of_the_contract_answer(tmp_path: Path, path: str) -> None:
    """PROTOCOL §2: each of these answers somebody who has not entered."""
    async with open_house(tmp_path) as house, browser(house) as client:
        assert (await client.get(path)).status_code == 200


async def test_the_console_sends_strangers_to_its_login(tmp_path: Path) -> None:
    """PROTOCOL §2: `/console/` sends whoever is not signed in to its login."""
    async with open_house(tmp_path) as house, browser(house) as client:
        answer = await client.get("/console/")
        assert answer.status_code in (302, 303, 307)
        assert "/console/login" in answer.headers["location"]
