"""Own initiative: somebody of the staff saw something and opens a case about it, with the same evidence as a report."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from veillee.model.casefile import Reason
from veillee.model.errors import Code, Refused
from veillee.moderation.intake import Intake
from veillee.protocol.commands import Target
from veillee.protocol.limits import NOTE_CHARACTERS
from veillee.web.console.door import Door, Visit

_LINK = re.compile(r"/s/([a-z0-9-]{1,48})(?:\?[^#\s]*)?#m-([0-9A-HJKMNP-TV-Z]{26})(?![0-9A-Za-z])")


class Initiative:
    """The page `/console/cases/new`."""

    def __init__(self, door: Door, intake: Intake) -> None:
        self._door = door
        self._intake = intake

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/console/cases/new", self._door.behind(self.form), methods=["GET"])
        router.add_api_route("/console/cases/new", self._door.behind(self.open), methods=["POST"])
        return router

    async def form(self, visit: Visit) -> Response:
        return self._page(visit, visit.request.query_params.get("lieu", "")[:500])

    async def open(self, visit: Visit) -> Response:
        where = visit.text("where", 500)
        found = _LINK.search(where)
        try:
            if found is None:
                raise Refused(Code.BAD_REQUEST, field="where")
            number = await self._intake.open_by_staff(
                visit.session.staff,
                Target(r=found[1], id=found[2]),
                visit.text("reason", 32),
                visit.text("note", NOTE_CHARACTERS),
            )
        except Refused as refused:
            if refused.code not in (Code.BAD_REQUEST, Code.NOT_FOUND):
                raise
            wrong = "where" if refused.code is Code.NOT_FOUND else str(refused.params.get("field", "where"))
            return self._page(visit, where, wrong)
        return RedirectResponse(f"/console/cases/{number}", 303)

    def _page(self, visit: Visit, where: str, wrong: str | None = None) -> Response:
        return self._door.page(
            visit,
            "initiative",
            200 if wrong is None else 400,
            here="queue",
            where=where,
            wrong=wrong,
            given={name: visit.text(name, NOTE_CHARACTERS) for name in ("reason", "note")},
            reasons=[reason.value for reason in Reason],
        )
