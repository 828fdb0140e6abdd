"""`/suivi`: what became of it, for whoever holds a code; the statement of reasons; contesting.

The code is the only key: no account, no name. Pages are never stored, and an address with a code in it is told to
nobody (no referrer).
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from veillee.model.errors import Code, Refused
from veillee.model.ids import parse_code
from veillee.moderation.cases import Cases
from veillee.moderation.reception import Reception
from veillee.moderation.statements import Statements, StatementView
from veillee.web.api.enter import HelplinesFor
from veillee.web.reasons import Reading, reading
from veillee.web.rendering import Pages
from veillee.web.visitor import Visitors

_SAID = (Code.EMPTY, Code.TOO_LONG, Code.CONFLICT, Code.RATE_LIMITED)


class Tracking:
    """The page of a code."""

    def __init__(
        self,
        pages: Pages,
        cases: Cases,
        statements: Statements,
        reception: Reception,
        visitors: Visitors,
        helplines: HelplinesFor,
    ) -> None:
        self._pages = pages
        self._cases = cases
        self._statements = statements
        self._reception = reception
        self._visitors = visitors
        self._helplines = helplines

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/suivi", self.ask, methods=["GET"])
        router.add_api_route("/suivi", self.go, methods=["POST"])
        router.add_api_route("/suivi/{code}", self.show, methods=["GET"])
        router.add_api_route("/suivi/{code}", self.contest, methods=["POST"])
        return router

    async def ask(self, request: Request) -> Response:
        return self._pages.html(request, "tracking/ask.html", typed="", unknown=False)

    async def go(self, request: Request) -> Response:
        typed = str((await request.form()).get("code") or "")[:64]
        code = parse_code(typed)
        if code is None:
            return self._pages.html(request, "tracking/ask.html", 404, typed=typed, unknown=True)
        return RedirectResponse(f"/suivi/{code}", 303)

    async def show(self, request: Request, code: str) -> Response:
        return await self._page(request, code)

    async def contest(self, request: Request, code: str) -> Response:
        """Lodge an appeal (DSA art. 20): free, by whoever holds the code."""
        note = str((await request.form()).get("note") or "").replace("\r\n", "\n")
        try:
            canonical = await self._reception.appeal(await self._visitors.guest(request), code, note)
        except Refused as refused:
            if refused.code not in _SAID:
                return self._unknown(request, code)
            return await self._page(request, code, refused, note)
        return RedirectResponse(f"/suivi/{canonical}?recours=1", 303)

    async def _page(self, request: Request, code: str, refused: Refused | None = None, note: str = "") -> Response:
        try:
            followed = await self._cases.by_code(code)
        except Refused:
            return self._unknown(request, code)
        told = await self._statements.by_code(code) if followed.statement else None
        language = self._pages.language(request)
        return self._pages.html(
            request,
            "tracking/case.html",
            200 if refused is None else 409 if refused.code is Code.CONFLICT else 400,
            followed=followed,
            told=told,
            seen=None if told is None else _reading(told),
            received="recu" in request.query_params,
            lodged="recours" in request.query_params,
            refused=refused,
            note=note[:5_000],
            lines=self._helplines(followed.reason, language) if followed.reason else [],
        )

    def _unknown(self, request: Request, code: str) -> Response:
        return self._pages.html(request, "tracking/ask.html", 404, typed=code[:64], unknown=True)


def _reading(told: StatementView) -> Reading:
    return reading(
        told.decision,
        told.statement.fields,
        rule_number=told.rule_number,
        rule_title=told.rule_title,
        text=told.text,
        room=told.room,
    )
