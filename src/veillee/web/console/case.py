"""One case: the evidence as it was sealed, what happened since, and the decision.

Left what was said, in the middle who did what, on the right what to do about it. Nothing is decided without a ground,
a rule or an article, and facts; the person's statement can be read before it is sent.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from veillee.accountability.accounts import Accounts
from veillee.model.casefile import STAFF_MEASURES, CaseState, SubjectKind
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.terms import Terms
from veillee.model.verdict import Category
from veillee.moderation.cases import CaseFile, Cases
from veillee.moderation.decisions import Decisions
from veillee.moderation.queue import DUE_MS
from veillee.web.console.door import Door, Visit
from veillee.web.console.queue import veiled
from veillee.web.console.ruling import LASTING, SPANS, posted, preview
from veillee.web.reasons import Reading

FIELDS = ("measure", "span", "remove", "ground", "rule", "law", "facts", "explanation", "category", "version")
_ASKED = (Code.BAD_REQUEST, Code.CONFLICT)


class CasePage:
    """The pages under `/console/cases/{number}`."""

    def __init__(
        self, door: Door, cases: Cases, decisions: Decisions, accounts: Accounts, terms: Terms, clock: Clock
    ) -> None:
        self._door = door
        self._cases = cases
        self._decisions = decisions
        self._accounts = accounts
        self._terms = terms
        self._clock = clock

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False, prefix="/console/cases/{number}")
        router.add_api_route("", self._door.behind(self.show), methods=["GET"])
        router.add_api_route("/preview", self._door.behind(self.preview), methods=["POST"])
        router.add_api_route("/decide", self._door.behind(self.decide), methods=["POST"])
        return router

    async def show(self, visit: Visit) -> Response:
        file = await self._cases.get(visit.request.path_params["number"])
        await self._accounts.record(visit.session.staff.id, "case.viewed", file.case.number)
        conflict = "conflict" in visit.request.query_params
        return await self._page(visit, file, wrong="conflict" if conflict else None)

    async def preview(self, visit: Visit) -> Response:
        """The statement as it would read, without writing anything."""
        file = await self._cases.get(visit.request.path_params["number"])
        now = self._clock()
        seen: Reading | None = None
        wrong: str | None = None
        try:
            seen = preview(posted(visit, now), file.case, self._terms, now, _text(file))
        except Refused as refused:
            wrong = _field(refused)
        if visit.partial:
            return self._door.page(visit, "preview", case=file.case, seen=seen, wrong=wrong)
        return await self._page(visit, file, wrong=wrong, seen=seen, given=_given(visit))

    async def decide(self, visit: Visit) -> Response:
        number = visit.request.path_params["number"]
        version = visit.text("version", 12)
        try:
            if not (version.isascii() and version.isdigit()):
                raise Refused(Code.BAD_REQUEST, field="version")
            await self._decisions.decide(number, int(version), posted(visit, self._clock()), visit.session.staff)
        except Refused as refused:
            if refused.code not in _ASKED:
                raise
            file = await self._cases.get(number)
            return await self._page(visit, file, wrong=_field(refused), given=_given(visit))
        return RedirectResponse(f"/console/?done={number}", 303)

    async def _page(
        self,
        visit: Visit,
        file: CaseFile,
        wrong: str | None = None,
        seen: Reading | None = None,
        given: dict[str, str] | None = None,
    ) -> Response:
        now = self._clock()
        case, me = file.case, visit.session.staff.id
        status = 200 if wrong is None else 409 if wrong == "conflict" else 400
        return self._door.page(
            visit,
            "case",
            status,
            here="queue",
            now=now,
            file=file,
            case=case,
            due_at=case.opened_at + DUE_MS[case.danger],
            claimed_by=case.claimant(now),
            mine=case.claimant(now) == me,
            names={person.id: person.pseudonym for person in await self._accounts.everybody()},
            veiled=veiled(case),
            open_case=case.state is CaseState.OPEN,
            given=given or dict.fromkeys(FIELDS, "") | {"rule": self._suggested(file), "ground": "terms"},
            wrong=wrong,
            seen=seen,
            **self._choices(file),
        )

    def _choices(self, file: CaseFile) -> dict[str, Any]:
        """What the panel offers for this subject."""
        person = bool(file.case.subject.guest_id)
        removable = file.case.subject.kind in (SubjectKind.MESSAGE, SubjectKind.GUEST) and bool(file.messages)
        offered = [
            measure.value
            for measure in STAFF_MEASURES
            if (person or measure.value in ("no_action", "remove")) and (removable or measure.value != "remove")
        ]
        return {
            "measures": offered,
            "lasting": [measure.value for measure in LASTING],
            "spans": list(SPANS),
            "removable": removable,
            "rules": self._terms.rules,
            "categories": [category.value for category in Category],
            "person_language": "en" if file.case.subject.language.startswith("en") else "fr",
        }

    def _suggested(self, file: CaseFile) -> str:
        return self._terms.for_category(file.case.categories[0]).code if file.case.categories else ""


def _text(file: CaseFile) -> str | None:
    return file.messages[0].body if file.case.subject.kind is SubjectKind.MESSAGE and file.messages else None


def _given(visit: Visit) -> dict[str, str]:
    return {name: visit.text(name, 6_000) for name in FIELDS}


def _field(refused: Refused) -> str:
    return "conflict" if refused.code is Code.CONFLICT else str(refused.params.get("field", "measure"))
