"""`/signaler`: anybody says that something here is illegal or against the rules; no account, no JavaScript.

DSA art. 16 and LAW.md §1.6: why, where exactly, who (never for child sexual abuse, and never where one prefers not
to say), in good faith. The receipt is a code, and the page of that code.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from veillee.chat.throttle import Throttle
from veillee.model.casefile import Reason
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.moderation.intake import NOTICE_ITEMS, Intake, Notice
from veillee.web.api.enter import HelplinesFor
from veillee.web.api.notices import reason_of, slow_down
from veillee.web.rendering import Pages
from veillee.web.visitor import Visitors

FIELDS = ("category", "locations", "explanation", "name", "email", "anonymous", "bona_fide")


class NoticePage:
    """The form, and what becomes of it."""

    def __init__(
        self,
        pages: Pages,
        intake: Intake,
        throttle: Throttle,
        clock: Clock,
        visitors: Visitors,
        helplines: HelplinesFor,
    ) -> None:
        self._pages = pages
        self._intake = intake
        self._throttle = throttle
        self._clock = clock
        self._visitors = visitors
        self._helplines = helplines

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/signaler", self.form, methods=["GET"])
        router.add_api_route("/signaler", self.send, methods=["POST"])
        return router

    async def form(self, request: Request) -> Response:
        asked = request.query_params
        given = dict.fromkeys(FIELDS, "") | {"locations": asked.get("lieu", "")[:500]}
        if asked.get("motif") in set(Reason):
            given["category"] = asked["motif"]
        return self._page(request, given)

    async def send(self, request: Request) -> Response:
        form = await request.form()
        given = {name: _text(form, name) for name in FIELDS}
        try:
            await slow_down(self._throttle, self._visitors.address(request), self._clock())
            if not given["category"]:
                raise Refused(Code.BAD_REQUEST, field="category")
            anonymous = bool(given["anonymous"])
            code = await self._intake.notice(
                Notice(
                    given["explanation"],
                    tuple(line.strip() for line in given["locations"].splitlines() if line.strip())[: NOTICE_ITEMS + 1],
                    reason_of(given["category"]),
                    bool(given["bona_fide"]),
                    None if anonymous else given["name"] or None,
                    None if anonymous else given["email"] or None,
                    anonymous,
                    self._pages.language(request),
                )
            )
        except Refused as refused:
            if refused.code not in (Code.BAD_REQUEST, Code.RATE_LIMITED):
                raise
            return self._page(request, given, refused)
        return RedirectResponse(f"/suivi/{code}?recu=1", 303)

    def _page(self, request: Request, given: dict[str, str], refused: Refused | None = None) -> Response:
        language = self._pages.language(request)
        wrong = None if refused is None else str(refused.params.get("field", refused.code.value))
        return self._pages.html(
            request,
            "notice/form.html",
            200 if refused is None else 429 if refused.code is Code.RATE_LIMITED else 400,
            given=given,
            wrong=wrong,
            wait=0 if refused is None or refused.retry is None else int(refused.retry) + 1,
            reasons=[reason.value for reason in Reason],
            emergency=self._helplines("danger", language),
            young=self._helplines("minor", language),
        )


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip()[:20_000] if isinstance(value, str) else ""
