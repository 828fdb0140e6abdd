"""Pages from templates: one environment for guests' pages and the console, each page in its reader's language.

Templates find `t(key, **params)` (a word), `lang`, `place` (who runs this), `icon(name)`, `asset(name)`, `path` (of
this page) and, for Unix milliseconds, `clock(ms)`, `day(ms)`, `moment(ms)` and `iso(ms)`. Import macros `with context`.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from veillee.web.assets import Assets
from veillee.web.wording import Wording

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGE_COOKIE = "veillee_lang"


@dataclass(frozen=True, slots=True)
class Place:
    """What every page says about where one is: its name and who answers for it."""

    name: str = "Veillée"
    operator: str = ""
    fictitious: bool = False
    timezone: str = "Europe/Paris"


class Pages:
    """Renders templates. `place` is asked for anew with every page: an operator may change it while running."""

    def __init__(self, wording: Wording, assets: Assets, place: Callable[[], Place]) -> None:
        self.wording = wording
        self._place = place
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        sprite = assets.get("vendor/icons.svg")
        icons = None if sprite is None else assets.url("vendor/icons.svg")
        self._environment.globals.update(
            asset=assets.url,
            version=assets.version,
            languages=wording.languages,
            icon=lambda name, label="": _icon(icons, name, label),
        )

    def language(self, request: Request) -> str:
        """The language of this reader: what they chose, else what their browser asks for."""
        return self.wording.choose(
            request.query_params.get("lang"),
            request.cookies.get(LANGUAGE_COOKIE),
            accept=request.headers.get("accept-language"),
        )

    def html(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page as a response; not to be stored, since it may depend on who asks."""
        page = self.render(template, self.language(request), path=request.url.path, **context)
        return HTMLResponse(page, status, headers={"cache-control": "no-store"})

    def small(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """As `html`, compressed where the browser takes gzip. Only for pages that hold no secret beside text that
        somebody else may choose: length would betray it (BREACH). The console's pages hold CSRF tokens."""
        page = self.html(request, template, status, **context)
        if "gzip" in request.headers.get("accept-encoding", ""):
            page.body = gzip.compress(page.body, 6, mtime=0)
            page.headers["content-length"] = str(len(page.body))
            page.headers["content-encoding"] = "gzip"
        page.headers["vary"] = "accept-encoding, accept-language, cookie"
        return page

    def render(self, template: str, lang: str, *, path: str = "/", **context: Any) -> str:
        """A whole page as text, in `lang`."""
        place = self._place()
        dates = Dates(self.wording, lang, _zone(place.timezone))
        return self._environment.get_template(template).render(
            t=lambda key, **params: self.wording.t(lang, key, **params),
            lang=lang,
            place=place,
            path=path,
            iso=iso,
            clock=dates.clock,
            day=dates.day,
            moment=dates.moment,
            **context,
        )


def _icon(sprite: str | None, name: str, label: str) -> Markup:
    """An icon of the sprite; hidden from assistive technology unless it has a label."""
    if sprite is None:
        return Markup("")
    naming = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(naming, sprite, escape(name))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _at(ms: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)


def iso(ms: int) -> str:
    """For `<time datetime>`: UTC, to the second (ISO 8601)."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Dates:
    """Moments as people read them, in one language and time zone."""

    def __init__(self, wording: Wording, lang: str, zone: tzinfo) -> None:
        self._wording = wording
        self._lang = lang
        self._zone = zone

    def _words(self, key: str, **params: str | int) -> str:
        return self._wording.t(self._lang, key, **params)

    def clock(self, ms: int) -> str:
        """The time of day: « 21 h 05 », "21:05"."""
        at = _at(ms, self._zone)
        return self._words("date.clock", h=at.hour, m=f"{at.minute:02d}")

    def day(self, ms: int) -> str:
        """The day: « lundi 23 novembre 2026 », "Monday 23 November 2026"."""
        at = _at(ms, self._zone)
        return self._words(
            "date.day",
            day=self._words("date.days").split()[at.weekday()],
            number=self._words("date.first") if at.day == 1 else at.day,
            month=self._words("date.months").split()[at.month - 1],
            year=at.year,
        )

    def moment(self, ms: int) -> str:
        """Day and time of day."""
        return f"{self.day(ms)}, {self.clock(ms)}"


def names_in_words(names: Iterable[str], joiner: str) -> str:
    """« Nadia, Paul et Inès » from names and the word that joins the last two."""
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {joiner} {listed[-1]}"
