"""The pages of guests: coming in, the rooms, a room, reading from outside, coming back. All work without scripts.

With scripts, `static/js/entry.js` makes the entry page quicker and `static/js/main.js` takes the place of the rooms.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, unquote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veillee.chat.access import Access
from veillee.chat.guests import Entered, Entry, Guests
from veillee.chat.history import History
from veillee.chat.rooms import Rooms
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.room import Room
from veillee.protocol.errors import sentence
from veillee.web.pages.evening import Evening
from veillee.web.pages.reading import fold, hue
from veillee.web.rendering import LANGUAGE_COOKIE, Pages, names_in_words
from veillee.web.statuses import status_of
from veillee.web.visitor import Visitors

_OURS = re.compile(r"/(?:(?:s|embed)/[a-z0-9-]{1,48})?\Z")
_LOCAL = re.compile(r"/(?![/\\])[^\\\r\n]{0,200}\Z")
_PHRASE_COOKIE = "veillee_phrase"
_YEAR = 365 * 86_400
_KNOWN_ERRORS = (403, 404, 429, 500, 503)


class GuestPages:
    """The handlers; `router` gives their routes."""

    def __init__(
        self,
        pages: Pages,
        visitors: Visitors,
        guests: Guests,
        rooms: Rooms,
        access: Access,
        history: History,
        evening: Evening,
    ) -> None:
        self._pages = pages
        self._visitors = visitors
        self._guests = guests
        self._rooms = rooms
        self._access = access
        self._history = history
        self._evening = evening

    def router(self) -> APIRouter:
        """Pages are not part of the API's schema."""
        router = APIRouter(include_in_schema=False)
        for path, handler in (
            ("/", self.home),
            ("/s/{slug}", self.room),
            ("/embed/{slug}", self.embedded),
            ("/bienvenue", self.welcome),
            ("/reprendre", self.resume),
            ("/langue/{language}", self.language),
        ):
            router.add_api_route(path, handler, methods=["GET"])
        for path, handler in (("/entrer", self.enter), ("/reprendre", self.reopen), ("/quitter", self.leave)):
            router.add_api_route(path, handler, methods=["POST"])
        return router

    async def home(self, request: Request) -> Response:
        """The entry page; for whoever is in already, the rooms."""
        guest = await self._visitors.guest(request)
        return self._entry(request) if guest is None else await self._talk(request, guest, None)

    async def room(self, request: Request, slug: str) -> Response:
        """A room: the conversation for whoever is in; else its entry page, or with `?lire` the room from outside."""
        room = self._rooms.get(slug)
        guest = await self._visitors.guest(request)
        if "lire" in request.query_params:
            return await self._read(request, self._access.room_to_read(slug))
        return self._entry(request, room) if guest is None else await self._talk(request, guest, room)

    async def embedded(self, request: Request, slug: str) -> Response:
        """A room in a frame of another site."""
        room = self._rooms.get(slug)
        guest = await self._visitors.guest(request)
        return self._entry(request, room) if guest is None else await self._talk(request, guest, room)

    async def enter(self, request: Request) -> Response:
        """The plain form of the entry page; a refusal shows the form again, with what is wrong."""
        form = await request.form()
        nick, rules, to = _text(form.get("nick")), form.get("rules") is not None, _within(_text(form.get("to")))
        device = self._visitors.device(request)
        language = self._pages.language(request)
        entry = Entry(nick, rules, device, language=language, address=self._visitors.address(request))
        try:
            entered = await self._guests.enter(entry)
        except Refused as refused:
            slug = to.rpartition("/")[2]
            room = self._rooms.get(slug) if slug else None
            return self._entry(request, room, refused, nick=nick[:64], accepted=rules)
        return self._admit(entered, device, to)

    async def resume(self, request: Request) -> Response:
        """The form that takes the four words."""
        return self._pages.html(request, "guest/resume.html", error=None)

    async def reopen(self, request: Request) -> Response:
        """Reopen a pseudonym with its four words."""
        phrase = _text((await request.form()).get("phrase"))[:200]
        device = self._visitors.device(request)
        try:
            entered = await self._guests.reopen(phrase, device, self._visitors.address(request))
        except Refused as refused:
            unknown = refused.code is Code.UNAUTHENTICATED
            error = None if unknown else self._sentence(request, refused)
            return self._pages.html(
                request, "guest/resume.html", status_of(refused.code), error={"unknown": unknown, "m": error}
            )
        return self._admit(entered, device, "/")

    async def leave(self, request: Request) -> Response:
        """End the session."""
        if (guest := await self._visitors.guest(request)) is not None:
            await self._guests.leave(guest)
        response = RedirectResponse("/", 303)
        self._visitors.forget(response)
        return response

    async def welcome(self, request: Request) -> Response:
        """The four words, shown once to whoever came in without scripts."""
        guest = await self._visitors.guest(request)
        phrase = request.cookies.get(_PHRASE_COOKIE)
        if guest is None or not phrase:
            return RedirectResponse("/", 303)
        to = _within(request.query_params.get("to", "/"))
        response = self._pages.html(
            request, "guest/welcome.html", phrase=unquote(phrase), nick=guest.pseudonym, to=to,
            protected=guest.protected,
        )  # fmt: skip
        response.delete_cookie(_PHRASE_COOKIE, path="/bienvenue")
        return response

    async def language(self, request: Request, language: str) -> Response:
        """Speak another language from now on; goes back to the page one came from."""
        to = request.query_params.get("to", "/")
        response = RedirectResponse(to if _LOCAL.match(to) else "/", 303)
        if language in self._pages.wording.languages:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax", httponly=True)
        return response

    def error(self, request: Request, refused: Refused, status: int) -> Response:
        """Any refusal as a page: for the application's error handlers."""
        known = status if status in _KNOWN_ERRORS else 404 if status < 500 else 500
        told = refused.code not in (Code.NOT_FOUND, Code.INTERNAL, Code.BAD_REQUEST)
        text = self._sentence(request, refused) if told else None
        return self._pages.html(request, "guest/error.html", status, kind=known, text=text)

    def _admit(self, entered: Entered, device: str, to: str) -> Response:
        response = RedirectResponse(f"/bienvenue?to={to}" if entered.phrase else to, 303)
        self._visitors.remember(response, entered, device)
        if entered.phrase:
            response.set_cookie(
                _PHRASE_COOKIE, quote(entered.phrase), max_age=300, path="/bienvenue", httponly=True,
                samesite="lax",
            )  # fmt: skip
        return response

    def _sentence(self, request: Request, refused: Refused) -> str:
        params = dict(refused.params)
        if refused.retry is not None:
            params.setdefault("n", max(1, round(refused.retry)))
        return sentence(refused.code, self._pages.language(request), params)

    def _entry(
        self,
        request: Request,
        room: Room | None = None,
        refused: Refused | None = None,
        *,
        nick: str | None = None,
        accepted: bool = False,
    ) -> HTMLResponse:
        language = self._pages.language(request)
        wording = self._pages.wording
        watching = sorted(self._evening.watching(), key=lambda duty: duty.until)
        suggestions = self._evening.suggestions(wording, language)
        views = self._rooms.listing()
        counted = next((view.count for view in views if room and view.room.slug == room.slug), None)
        error = None if refused is None else {"c": refused.code.value, "m": self._sentence(request, refused)}
        lines = self._evening.helplines(language).get("minor", [])
        return self._pages.small(
            request,
            "guest/entry.html",
            200 if refused is None else status_of(refused.code),
            room=room,
            count=counted if room else self._evening.count(),
            watchers=names_in_words([duty.pseudonym for duty in watching], wording.t(language, "common.and")),
            watching=watching,
            rules=self._evening.imprint().terms.short[language],
            suggestions=suggestions,
            nick=suggestions[0] if nick is None else nick,
            accepted=accepted,
            error=error,
            helplines=lines if refused is not None and refused.code is Code.NICK_REFUSED else [],
            shut=self._rooms.shut_reason is not None,
            to=f"/s/{room.slug}" if room and not request.url.path.startswith("/embed/") else _within(request.url.path),
            retention=room.retention_days if room else max((v.room.retention_days for v in views), default=None),
        )

    async def _talk(self, request: Request, guest: Guest, room: Room | None) -> HTMLResponse:
        language = self._pages.language(request)
        readable = room is not None and room.public_reading
        events = await self._history.page(room.slug) if room is not None and readable else []
        return self._pages.small(
            request, "guest/talk.html", room=room, guest=guest, views=self._rooms.listing(), lines=fold(events),
            helplines=json.dumps(self._evening.helplines(language), ensure_ascii=False), hue=hue,
        )  # fmt: skip

    async def _read(self, request: Request, room: Room) -> HTMLResponse:
        context: dict[str, Any] = {"older": None, "newer": None}
        before = _offset(request.query_params.get("avant"))
        events = await self._history.page(room.slug, before=before)
        if events and events[0].s > 1:
            context["older"] = events[0].s
        if before is not None:
            context["newer"] = True
        return self._pages.small(request, "guest/reading.html", room=room, lines=fold(events), hue=hue, **context)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _within(path: str) -> str:
    """A path of ours to go on to after entering; anything else becomes the home page."""
    return path if _OURS.match(path) else "/"


def _offset(value: str | None) -> int | None:
    return int(value) if value is not None and value.isdecimal() and len(value) < 16 else None
