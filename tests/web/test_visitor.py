"""Who is calling: the guest behind a cookie, the device, the language, a token for the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.web.pages.house import open_house
from veillee.chat.guests import Entry
from veillee.web.visitor import Visitors

DEVICE = "d" * 40


def request(peer: str = "203.0.113.9", query: str = "", **headers: str) -> Request:
    """A request from `peer` with these headers."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "client": (peer, 1), "query_string": query.encode(), "path": "/"})


async def test_a_guest_is_known_by_cookie_or_token(tmp_path: Path) -> None:
    """The session cookie of a browser, the bearer token of a program; anything else is nobody."""
    async with open_house(tmp_path) as house:
        community = house.community
        visitors = Visitors(community.guests, community.keys, lambda: "fresh", frozenset(), secure=True)
        entered = await community.guests.enter(Entry("Lune42", True, DEVICE))
        for known in ({"cookie": f"veillee={entered.token}"}, {"authorization": f"Bearer {entered.token}"}):
            assert await visitors.guest(request(**known)) == entered.guest
        for unknown in ({}, {"cookie": "veillee=forged"}, {"authorization": "Bearer "}, {"authorization": "Basic x"}):
            assert await visitors.guest(request(**unknown)) is None

        response = Response()
        visitors.remember(response, entered, DEVICE)
        cookies = response.headers.getlist("set-cookie")
        assert len(cookies) == 2
        assert all("HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" in cookie for cookie in cookies)
        visitors.forget(goodbye := Response())
        assert goodbye.headers["set-cookie"].startswith('veillee="";')

        assert visitors.device(request(cookie=f"veillee_device={DEVICE}")) == DEVICE
        for forged in ("short", "x" * 65, "../" * 10):
            assert visitors.device(request(cookie=f"veillee_device={forged}")) == "fresh"


async def test_an_address_is_a_token_and_only_a_listed_proxy_may_name_it(tmp_path: Path) -> None:
    """The address never appears; a header from anybody but our proxy is not believed; this machine has none."""
    async with open_house(tmp_path) as house:
        community = house.community
        visitors = Visitors(community.guests, community.keys, str, frozenset({"10.0.0.1", "127.0.0.1"}), secure=False)
        direct = visitors.address(request("203.0.113.9"))
        assert direct is not None
        assert "203" not in direct
        assert visitors.address(request("203.0.113.9", x_forwarded_for="198.51.100.1")) == direct
        assert visitors.address(request("10.0.0.1", x_forwarded_for="6.6.6.6, 203.0.113.9")) == direct
        assert visitors.address(request("127.0.0.1")) is None


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ({}, "fr"), ({"accept_language": "en-GB,en;q=0.9"}, "en"), ({"accept_language": "de"}, "fr"),
        ({"accept_language": "en", "query": "lang=fr"}, "fr"), ({"cookie": "veillee_lang=en"}, "en"),
        ({"query": "lang=xx"}, "fr"),
    ],
)  # fmt: skip
def test_french_unless_english_is_chosen_or_preferred(asked: dict[str, str], language: str) -> None:
    """What the address says, then what was chosen before, then what the browser prefers."""
    assert Visitors.language(request(**asked)) == language
