"""`GET /api/v1/cases/{code}` and its appeal: what became of it, for whoever holds the code.

A code is a secret in a path: answers are never cached, and nothing here writes one to a log.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from veillee.model.casefile import Appeal
from veillee.model.errors import Code, Refused
from veillee.moderation.cases import Cases, Followed
from veillee.moderation.reception import Reception
from veillee.web.statuses import refusal
from veillee.web.visitor import Visitors

_WORDS = {
    "fr": {
        Code.NOT_FOUND: "Ce code n'ouvre aucun dossier. Vérifiez-le : rien ne s'efface avant six mois.",
        Code.CONFLICT: "Cette décision ne peut pas être contestée : elle l'a déjà été, le délai de six mois est passé, "
        "ou rien n'est encore décidé.",
        Code.EMPTY: "Dites en une phrase pourquoi cette décision est à revoir.",
    },
    "en": {
        Code.NOT_FOUND: "This code opens no case. Check it: nothing is erased before six months.",
        Code.CONFLICT: "This decision cannot be contested: it was already, the six months are over, or nothing is "
        "decided yet.",
        Code.EMPTY: "Say in a sentence why this decision should be looked at again.",
    },
}


class AppealBody(BaseModel):
    """Why the decision is wrong, in at most 2,000 characters."""

    model_config = ConfigDict(extra="ignore", strict=True)

    note: Annotated[str, StringConstraints(max_length=20_000)]


class AppealedBody(BaseModel):
    """The code under which the answer will stand: the same one, as it is written canonically."""

    code: str


class AppealView(BaseModel):
    """An appeal and its answer; `state` is pending, upheld, partially_reversed or reversed. Times in Unix ms."""

    state: str
    at: int
    note: str
    decided_at: int | None
    answer: str


class OutcomeBody(BaseModel):
    """One case. `outcome` is `action`, `no_action`, `reversed`, or null while it waits."""

    case: str
    state: str
    outcome: str | None
    decided_at: int | None


class CaseBody(BaseModel):
    """What a code shows. `case`, `state`, `outcome` are those of the first of `cases`; a notice may have several.

    `role` is `reporter`, `notifier` or `subject`; with `statement` the same code opens a statement of reasons.
    """

    case: str
    state: str
    outcome: str | None
    decided_at: int | None
    role: str
    reason: str | None
    received_at: int
    cases: list[OutcomeBody]
    appeals: list[AppealView]
    contestable: bool
    appeal_until: int | None
    statement: bool


def case_routes(cases: Cases, reception: Reception, visitors: Visitors) -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/v1/cases", tags=["redress"])

    @router.get("/{code}", response_model=CaseBody)
    async def follow(request: Request, response: Response, code: str) -> CaseBody | Response:
        """What became of a report, a notice or a restriction."""
        try:
            followed = await cases.by_code(code)
        except Refused as refused:
            return worded(refused, visitors.language(request))
        response.headers["Cache-Control"] = "no-store"
        return _body(followed)

    @router.post("/{code}/appeal", status_code=201, response_model=AppealedBody)
    async def appeal(request: Request, response: Response, code: str, given: AppealBody) -> AppealedBody | Response:
        """Contest the decision, within six months (DSA art. 20)."""
        return await lodged(reception, visitors, request, response, code, given)

    return router


async def lodged(
    reception: Reception, visitors: Visitors, request: Request, response: Response, code: str, given: AppealBody
) -> AppealedBody | Response:
    """Lodge an appeal for whoever holds the code, guest or not."""
    try:
        guest = await visitors.guest(request)
        canonical = await reception.appeal(guest, code, given.note)
    except Refused as refused:
        return worded(refused, visitors.language(request))
    response.headers["Cache-Control"] = "no-store"
    return AppealedBody(code=canonical)


def worded(refused: Refused, language: str) -> Response:
    """A refusal in words that fit a code rather than a room."""
    sentence = _WORDS[language].get(refused.code)
    return refusal(refused, language, m=sentence) if sentence else refusal(refused, language)


def appeal_views(lodged: tuple[Appeal, ...]) -> list[AppealView]:
    """Appeals as their author sees them: who answered is nobody's business."""
    return [
        AppealView(state=each.state.value, at=each.at, note=each.note, decided_at=each.decided_at, answer=each.answer)
        for each in lodged
    ]


def _body(followed: Followed) -> CaseBody:
    each = [
        OutcomeBody(case=one.case, state=one.state.value, outcome=one.outcome, decided_at=one.decided_at)
        for one in followed.outcomes
    ]
    first = each[0]
    return CaseBody(
        **first.model_dump(),
        role=followed.role,
        reason=followed.reason,
        received_at=followed.received_at,
        cases=each,
        appeals=appeal_views(followed.appeals),
        contestable=followed.contestable,
        appeal_until=followed.appeal_until,
        statement=followed.statement,
    )
