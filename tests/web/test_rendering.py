"""Pages from templates: in the reader's language, escaped, with dates people read."""

from __future__ import annotations

import gzip
from datetime import UTC
from zoneinfo import ZoneInfo

from starlette.requests import Request

from veillee.web.assets import FOLDER, Assets
from veillee.web.rendering import Dates, Pages, Place, iso, names_in_words
from veillee.web.wording import Wording

EVENING = 1795464878123
"""2026-11-23 20:14:38.123 UTC."""


def pages(place: Place | None = None) -> Pages:
    """The real templates, words and assets."""
    wording = Wording.read()
    return Pages(wording, Assets(FOLDER, wording), lambda: place or Place())


def request(query: str = "", **headers: str) -> Request:
    """A request as a browser would make it."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/x", "query_string": query.encode(), "headers": raw})


def test_the_frame_speaks_the_readers_language() -> None:
    """The header asks, the cookie chooses, the address overrides."""
    made = pages()
    assert made.language(request(accept_language="en")) == "en"
    assert made.language(request(accept_language="en", cookie="veillee_lang=fr")) == "fr"
    assert made.language(request("lang=en", cookie="veillee_lang=fr")) == "en"
    answer = made.html(request(accept_language="en"), "base.html", 201)
    assert answer.status_code == 201
    assert '<html lang="en"' in bytes(answer.body).decode()
    assert answer.headers["cache-control"] == "no-store"


def test_what_somebody_typed_is_escaped() -> None:
    """A name with markup in it stays a name."""
    assert "<b>" not in pages(Place(name="<b>Chez nous</b>")).render("base.html", "fr")


def test_a_fictitious_operator_is_marked() -> None:
    """The demo says on each page that it is one."""
    assert "demo-note" in pages(Place(fictitious=True)).render("base.html", "fr")
    assert "demo-note" not in pages(Place()).render("base.html", "fr")


def test_dates_are_those_people_read() -> None:
    """Days and times follow the language and the place's time zone."""
    french = Dates(Wording.read(), "fr", ZoneInfo("Europe/Paris"))
    english = Dates(Wording.read(), "en", UTC)
    assert iso(EVENING) == "2026-11-23T20:14:38Z"
    assert french.clock(EVENING) == "21\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}14"
    assert french.day(EVENING) == "lundi 23 novembre 2026"
    assert english.moment(EVENING) == "Monday 23 November 2026, 20:14"
    assert french.day(EVENING + 8 * 86_400_000) == "mardi 1er décembre 2026"


def test_names_are_listed_as_one_says_them() -> None:
    """The last name is joined by a word."""
    assert names_in_words(["Nadia", "Paul", "Inès"], "et") == "Nadia, Paul et Inès"
    assert names_in_words(["Nadia"], "et") == "Nadia"


def test_a_page_is_small_for_whoever_takes_gzip() -> None:
    """Compressed where asked for, with its true length; plain for the others."""
    made = pages()
    small = made.small(request(accept_encoding="gzip, br"), "base.html")
    plain = made.small(request(), "base.html")
    assert gzip.decompress(bytes(small.body)) == bytes(plain.body)
    assert small.headers["content-length"] == str(len(bytes(small.body)))
    assert "content-encoding" not in plain.headers
