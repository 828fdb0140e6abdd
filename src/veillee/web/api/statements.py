"""`GET /api/v1/statements/{code}` and its appeal: the reasons of a decision, for the person it restricts.

DSA art. 17; opened by the code alone, without an account, for six months and longer.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from veillee.model.errors import Refused
from veillee.moderation.reception import Reception
from veillee.moderation.statements import Statements, StatementView
from veillee.web.api.cases import AppealBody, AppealedBody, AppealView, appeal_views, lodged, worded
from veillee.web.visitor import Visitors


class StatementBody(BaseModel):
    """A statement of reasons. Times in Unix ms; `ends_at` null where nothing ends by itself.

    `measure` is warn, remove, mute, room_ban, service_ban, hold, block or reverse; `ground` is `illegal` (with
    `law`) or `terms` (with `rule` as `code@version`). `fields` are those of the EU database, without the content.
    `text` is the person's own message. `reversed_at` says that the decision was undone.
    """

    case: str
    issued_at: int
    measure: str
    removes: bool
    room: str | None
    ends_at: int | None
    ground: str | None
    rule: str | None
    rule_number: int | None
    rule_title: str | None
    law: str | None
    facts: str
    explanation: str
    text: str | None
    automated_detection: bool
    automated_decision: bool
    source: str
    reversed_at: int | None
    contestable: bool
    appeal_until: int
    appeals: list[AppealView]
    fields: dict[str, Any]


def statement_routes(statements: Statements, reception: Reception, visitors: Visitors) -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/v1/statements", tags=["redress"])

    @router.get("/{code}", response_model=StatementBody)
    async def read(request: Request, response: Response, code: str) -> StatementBody | Response:
        """The statement that this code opens."""
        try:
            view = await statements.by_code(code)
        except Refused as refused:
            return worded(refused, visitors.language(request))
        response.headers["Cache-Control"] = "no-store"
        return statement_body(view)

    @router.post("/{code}/appeal", status_code=201, response_model=AppealedBody)
    async def appeal(request: Request, response: Response, code: str, given: AppealBody) -> AppealedBody | Response:
        """Contest the decision, within six months (DSA art. 20)."""
        return await lodged(reception, visitors, request, response, code, given)

    return router


def statement_body(view: StatementView) -> StatementBody:
    """A statement as JSON says it."""
    decision, fields = view.decision, view.statement.fields
    explanation = fields.get("illegal_content_explanation") or fields.get("incompatible_content_explanation") or ""
    return StatementBody(
        case=view.case,
        issued_at=view.statement.issued_at,
        measure=decision.measure.value,
        removes=decision.removes,
        room=view.room,
        ends_at=decision.ends_at,
        ground=None if decision.ground is None else decision.ground.value,
        rule=decision.rule,
        rule_number=view.rule_number,
        rule_title=view.rule_title,
        law=decision.law,
        facts=decision.facts,
        explanation=explanation,
        text=view.text,
        automated_detection=fields["automated_detection"] == "Yes",
        automated_decision=decision.automatic,
        source=fields["source_type"],
        reversed_at=view.reversed_at,
        contestable=view.contestable,
        appeal_until=view.statement.appeal_until,
        appeals=appeal_views(view.appeals),
        fields=fields,
    )
