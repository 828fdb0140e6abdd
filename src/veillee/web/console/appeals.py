"""Appeals: who contests what, and the answer of somebody else than whoever decided (DSA art. 20)."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from veillee.accountability.accounts import Accounts
from veillee.model.casefile import AppealState, Measure
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.terms import Terms
from veillee.moderation.appeals import Appeals, Pending
from veillee.moderation.cases import Cases
from veillee.web.console.door import Door, Visit
from veillee.web.console.queue import veiled
from veillee.web.console.ruling import SPANS, posted

FIELDS = ("outcome", "answer", "measure", "span", "ground", "rule", "law", "facts", "version")


class AppealsPage:
    """The pages under `/console/appeals`."""

    def __init__(
        self, door: Door, appeals: Appeals, cases: Cases, accounts: Accounts, terms: Terms, clock: Clock
    ) -> None:
        self._door = door
        self._appeals = appeals
        self._cases = cases
        self._accounts = accounts
        self._terms = terms
        self._clock = clock

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False, prefix="/console/appeals")
        router.add_api_route("", self._door.behind(self.listing), methods=["GET"])
        router.add_api_route("/{appeal_id}", self._door.behind(self.show), methods=["GET"])
        router.add_api_route("/{appeal_id}", self._door.behind(self.answer), methods=["POST"])
        return router

    async def listing(self, visit: Visit) -> Response:
        return self._door.page(
            visit,
            "appeals",
            here="appeals",
            now=self._clock(),
            pending=await self._appeals.pending(visit.session.staff),
            names=await self._names(),
            done=visit.request.query_params.get("done", "")[:9],
        )

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit, await self._find(visit))

    async def answer(self, visit: Visit) -> Response:
        found = await self._find(visit)
        outcome = visit.text("outcome", 20)
        replaces = outcome == "partially_reversed" or (
            outcome == "reversed" and found.decision.measure is Measure.NO_ACTION
        )
        try:
            version = visit.text("version", 12)
            if not (version.isascii() and version.isdigit()):
                raise Refused(Code.BAD_REQUEST, field="version")
            await self._appeals.decide(
                found.appeal.id,
                int(version),
                AppealState(outcome) if outcome in {each.value for each in AppealState} else AppealState.PENDING,
                visit.text("answer", 6_000).replace("\r\n", "\n"),
                visit.session.staff,
                posted(visit, self._clock()) if replaces else None,
            )
        except Refused as refused:
            if refused.code not in (Code.BAD_REQUEST, Code.CONFLICT):
                raise
            wrong = "conflict" if refused.code is Code.CONFLICT else str(refused.params.get("field", "outcome"))
            return await self._page(visit, found, wrong)
        return RedirectResponse(f"/console/appeals?done={found.case.number}", 303)

    async def _find(self, visit: Visit) -> Pending:
        wanted = visit.request.path_params["appeal_id"]
        for each in await self._appeals.pending(visit.session.staff):
            if each.appeal.id == wanted:
                return each
        raise Refused(Code.NOT_FOUND)

    async def _names(self) -> dict[str, str]:
        return {person.id: person.pseudonym for person in await self._accounts.everybody()}

    async def _page(self, visit: Visit, found: Pending, wrong: str | None = None) -> Response:
        file = await self._cases.get(found.case.number)
        status = 200 if wrong is None else 409 if wrong == "conflict" else 400
        return self._door.page(
            visit,
            "appeal",
            status,
            here="appeals",
            now=self._clock(),
            found=found,
            file=file,
            case=file.case,
            names=await self._names(),
            veiled=veiled(file.case),
            rules=self._terms.rules,
            rule=None if found.decision.rule is None else self._terms.rule(found.decision.rule),
            spans=list(SPANS),
            wrong=wrong,
            given={name: visit.text(name, 6_000) for name in FIELDS},
        )
