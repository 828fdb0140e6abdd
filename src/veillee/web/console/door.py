"""The console's door: signing in and out, and what every page behind it is checked for.

A page behind the door is reached with a session (HttpOnly, SameSite=Strict cookie); whatever changes something needs
the session's form token as well (OWASP, synchroniser token), beside the origin check of `web/guard`. Whoever is not
signed in is sent to the login and back to where they wanted to go.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from veillee.accountability.accounts import ABSOLUTE, Accounts, Session, same_token
from veillee.accountability.duty import Duty
from veillee.model.clock import SECOND
from veillee.model.errors import Code, Refused
from veillee.web.rendering import Pages

COOKIE = "veillee_staff"
HOME = "/console/"


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in request; `form` is what was posted, its token already checked, or empty."""

    request: Request
    session: Session
    form: FormData

    def text(self, name: str, longest: int = 5_000) -> str:
        """A posted field as trimmed text, at most `longest` characters."""
        value = self.form.get(name)
        return value.strip()[:longest] if isinstance(value, str) else ""

    @property
    def partial(self) -> bool:
        """htmx asks: a part of the page is enough."""
        return self.request.headers.get("hx-request") == "true"


Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Door:
    """Who may pass. `address` names where a login comes from, for the limit on attempts only."""

    def __init__(
        self,
        accounts: Accounts,
        duty: Duty,
        pages: Pages,
        address: Callable[[Request], str | None],
        *,
        secure: bool = False,
        alerts: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """`alerts` answers the rules that were put back to hold: every page says so."""
        self._alerts = alerts
        self._accounts = accounts
        self._duty = duty
        self._pages = pages
        self._address = address
        self._secure = secure

    def router(self) -> APIRouter:
        """Login, logout and duty: what everybody of the staff needs."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/console", self._slash, methods=["GET"])
        router.add_api_route("/console/login", self.login, methods=["GET"])
        router.add_api_route("/console/login", self.sign_in, methods=["POST"])
        router.add_api_route("/console/logout", self.behind(self.sign_out), methods=["POST"])
        router.add_api_route("/console/duty", self.behind(self.watch), methods=["POST"])
        return router

    def behind(self, handler: Handler, *, operator: bool = False) -> Endpoint:
        """`handler` behind the door; with `operator`, for operators only."""

        async def endpoint(request: Request) -> Response:
            session = await self._accounts.session(request.cookies.get(COOKIE, ""))
            if session is None:
                return self._to_login(request)
            if operator and not session.staff.is_operator:
                raise Refused(Code.FORBIDDEN)
            form = FormData()
            if request.method == "POST":
                form = await request.form()
                token = form.get("csrf") or request.headers.get("x-csrf-token", "")
                if not isinstance(token, str) or not same_token(session.csrf, token):
                    raise Refused(Code.FORBIDDEN)
            return await handler(Visit(request, session, form))

        return endpoint

    def page(self, visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
        """A page of the console, with what its frame shows."""
        mine = next((each for each in self._duty.watching() if each.staff_id == visit.session.staff.id), None)
        return self._pages.html(
            visit.request,
            f"console/{template}.html",
            status,
            session=visit.session,
            me=visit.session.staff,
            watching=self._duty.watching(),
            my_duty=mine,
            alerts=self._alerts(),
            **context,
        )

    def language(self, visit: Visit) -> str:
        """The language of whoever asks."""
        return self._pages.language(visit.request)

    async def login(self, request: Request) -> Response:
        if await self._accounts.session(request.cookies.get(COOKIE, "")) is not None:
            return RedirectResponse(HOME, 303)
        return self._login_page(request)

    async def sign_in(self, request: Request) -> Response:
        form = await request.form()
        given = {name: str(form.get(name) or "") for name in ("login", "password", "code")}
        address = self._address(request) or "here"
        try:
            session = await self._accounts.sign_in(given["login"], given["password"], given["code"], address)
        except Refused as refused:
            status = 429 if refused.code is Code.RATE_LIMITED else 401
            return self._login_page(request, status, given["login"][:40], refused)
        response = RedirectResponse(_inside(str(form.get("next") or "")), 303)
        response.set_cookie(
            COOKIE,
            session.token,
            max_age=ABSOLUTE // SECOND,
            path="/console",
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )
        return response

    async def sign_out(self, visit: Visit) -> Response:
        await self._accounts.sign_out(visit.session)
        response = RedirectResponse("/console/login", 303)
        response.delete_cookie(COOKIE, path="/console", httponly=True, samesite="strict", secure=self._secure)
        return response

    async def watch(self, visit: Visit) -> Response:
        """Go on duty for some hours, or off duty with 0."""
        hours = visit.text("hours", 4)
        if hours in ("", "0"):
            await self._duty.end(visit.session.staff)
        elif hours.isdigit():
            await self._duty.start(visit.session.staff, int(hours))
        else:
            raise Refused(Code.BAD_REQUEST, field="hours")
        return RedirectResponse(_inside(visit.text("next", 200)), 303)

    async def _slash(self) -> Response:
        return RedirectResponse(HOME, 308)

    def _to_login(self, request: Request) -> Response:
        if request.headers.get("hx-request") == "true":
            return Response(status_code=200, headers={"HX-Redirect": "/console/login"})
        wanted = request.url.path if request.method == "GET" else HOME
        return RedirectResponse(f"/console/login?next={quote(wanted)}", 303)

    def _login_page(
        self, request: Request, status: int = 200, login: str = "", refused: Refused | None = None
    ) -> Response:
        wanted = _inside(request.query_params.get("next", ""))
        return self._pages.html(request, "console/login.html", status, wanted=wanted, login=login, refused=refused)


def _inside(path: str) -> str:
    """A path of the console, and nothing else: a login must not send anybody elsewhere."""
    if path.startswith("/console/") and "\\" not in path and not path.startswith("/console/login"):
        return path
    return HOME
